// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package promotion decides whether a change may enter an environment.
//
// Evaluate is a pure function of the change, the policies and roles, and what people asked for and decided: it has no
// client, no clock and no logger. The zero Decision denies. That a change may not enter is never an error.
//
// Every policy that gates the change is judged alone, and it must meet all that are enforced. Under each, one rule of
// entry has to hold, such as open, trusted controller, approved or rollback, and none of the restrictions that it is
// subject to may keep it out, such as windows, images or promotion order (see ordinary; one rule_*.go each). A freeze
// closes them all; an emergency sets aside people and time. Whatever a policy says, an approved entry has two different
// people behind it (see twoPeople), and a rejection stands until whoever made it withdraws it.
//
// The rest says the same to people: why a decision does not count, what is missing, who can give it, what to run.
package promotion
