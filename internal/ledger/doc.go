// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package ledger decides which images are on the ledger of a namespace: those whose entry was approved or recorded, as
// long as anything names them. API servers hold every Pod against it (config/policy/pod_images.yaml), whoever makes the
// Pod, and whether or not the operator runs.
//
// An image comes on it only by an entry, by a policy that lists it as injected, or because it ran before anybody kept
// the ledger. That something in the namespace names it keeps it there, and never brings it there: who can change a
// template past the gate would else have put their image on the ledger too. The package has no client and no clock.
package ledger
