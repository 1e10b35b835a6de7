// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package identity says who is who: which names belong to people, bots and controllers, and which identities are one
// person. It knows nothing of requests or policies, and it never looks anything up.
//
// Where it cannot tell, it answers in the direction that lets less in: a name that could be mistaken for another is
// nobody's, and two names that differ only in case or compatible characters are one person's.
package identity
