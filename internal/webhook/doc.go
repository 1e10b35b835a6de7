// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package webhook answers the API server's admission reviews.
//
// The gate denies every change to what runs in an environment, and to what its policies gate besides, that does not
// meet them; the stamp writes into requests, approvals, emergencies, freezes and gates of releases who made them; the
// records webhook refuses those that could not count, roles that give what their authors do not have, and windows that
// nobody can read; sent refuses what somebody has Argo CD sync as part of another Application than it says.
// What is denied, and why, is decided in the pure packages; this package reads, asks and answers. A namespace
// joins an environment once it is known which images run there. Three things fail open: requests for tokens, as none
// may wait for it, the end of an emergency, which is only put on record, and who writes the operation of an
// Application and what it deploys, which makes nobody one of the two people where it is not known.
//
// When the operator is down or slow the API server refuses what it would have asked about (failurePolicy: Fail), so
// nothing unapproved gets in; what has entered keeps running, because the built-in controllers' own calls, scaling and
// restarts never leave the API server (matchConditions in config/webhook). A change is denied by policies and roles
// that may be as old as the operator's watch; what is about to be let in is judged again by those that are stored, by
// the labels of its namespace, by which names are one person's, and by what entered elsewhere and nobody has revoked.
// Requests, approvals, emergencies and freezes are read live; what waits for review is as old as the watch. An error
// denies, and says that it is an error and no verdict: a webhook that guessed would be a way in.
package webhook
