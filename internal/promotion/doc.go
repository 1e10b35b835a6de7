// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package promotion decides whether a change may enter an environment.
//
// Evaluate is a pure function of the change, the policies and roles, and what people asked for and decided: it has no
// client, no clock and no logger. The zero Decision denies. That a change may not enter is never an error.
//
// Every policy is judged alone, and a change must meet all that are enforced. Under each, one rule of entry has to
// hold: open, trusted controller, approved, or rollback (rule_*.go). Whatever a policy says, an approved entry has two
// different people behind it (see twoPeople), and a rejection stands until whoever made it withdraws it.
//
// The rest says the same to people: why a decision does not count, what is missing, who can give it, what to run.
package promotion
