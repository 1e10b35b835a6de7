// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package separation finds who holds two roles that conflict: static separation of duty (ANSI INCITS 359, 6.3). A pure
// function of roles.
//
// A conflict holds in both directions, whichever role names the other. Users are compared as identity compares people,
// so that another spelling of a name is no way round. Who is in a group the API server says of a caller only: two roles
// with different groups conflict for a user as soon as one is seen who is in both.
package separation
