// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package bypass says who could get round the gate by the rights that RBAC gives them, through which binding, and
// whether a guard in the API server keeps them from it all the same: a pure function of what a cluster says.
//
// It judges what is bound, and not who is in a group, which only the identity provider knows. Where it cannot tell it
// lists one way too many: that an administrator looks at a binding for nothing costs less than that nobody looks.
package bypass
