// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package webhook answers the API server's admission reviews.
//
// The gate denies every change to what runs in an environment that does not meet the environment's policies; the
// stamp writes into requests and approvals who made them; the records webhook refuses requests and approvals that
// could not count, and roles that give what their authors do not have. What is denied, and why, is decided in the pure
// packages; this package reads, asks and answers. The tokens webhook alone fails open: no token may wait for it.
//
// When the operator is down or slow the API server refuses what it would have asked about (failurePolicy: Fail), so
// nothing unapproved gets in; what has entered keeps running, because the built-in controllers' own calls, scaling and
// restarts never leave the API server (matchConditions in config/webhook). Policies and roles may be as old as the
// operator's watch, and a policy that is seen late lets nothing in that an older one did not. Requests and approvals
// are read live. An error denies, and says that it is an error and no verdict: a webhook that guessed would be a way
// in.
package webhook
