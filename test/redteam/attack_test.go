// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"strings"
)

// attack is one thing that somebody tries.
type attack struct {
	// name says what it is.
	name string
	// does says what is done, and why one could hope that it works.
	does string
	// as is who tries.
	as identity
	// before is what honest people did, and what the attacker did that nobody minds.
	before []step
	// call is the one that must not get through; or, of a Visible attack or a Limit, does.
	call call
	// deed is what is done in place of a call, where that is none to the API server.
	deed step
	// verdict on it: Blocked, unless it says otherwise.
	verdict verdict
	// by is what stops it.
	by guard
	// first is another guard that stops it, before that one does.
	first guard
	// says is a part of the answer.
	says string
	// hides is what neither the answer nor the audit trail must hold.
	hides string
	// right is the same made the right way: it gets through after the attack did not. rightly says what that is.
	right   []step
	rightly string
	// corrected says what becomes of it where the operator runs, which does not refuse it but puts it right; corrects says
	// what is missing of that.
	corrected string
	corrects  func(context.Context, *scene) string
	// noted is the webhook entry that leaves the trace, where that stops nothing.
	noted string
	// trace finds what a Visible attack or a Limit leaves behind; seen says what it is.
	trace func(*scene) string
	seen  string
	// limit is the sentence of docs/threat-model.md that owns up to it, or a part of it.
	limit string
	// nodeTest is the test of test/node that makes a Limit: it takes a real node.
	nodeTest string
}

// verdict on an attack.
type verdict string

const (
	blocked verdict = "Blocked"
	visible verdict = "Visible"
	limit   verdict = "Limit"
)

func (a attack) is() verdict {
	if a.verdict == "" {
		return blocked
	}
	return a.verdict
}

// me is the name of the attack in names of objects, so that no two attacks meet.
func (a attack) me() string {
	return strings.Trim(notInNames.ReplaceAllString(strings.ToLower(a.name), "-"), "-")
}

// removable tells whether the guard can be taken away.
func (a attack) removable() bool { return a.is() == blocked && a.by.lever != nil }

// guards that stop it, each of them alone.
func (a attack) guards() []guard {
	if a.first.name == "" {
		return []guard{a.by}
	}
	return []guard{a.first, a.by}
}

// levers of the guards.
func (a attack) levers() []any {
	var levers []any
	for _, g := range a.guards() {
		levers = append(levers, g.lever)
	}
	return levers
}

// stoppedBy names the guards.
func (a attack) stoppedBy() string {
	var names []string
	for _, g := range a.guards() {
		names = append(names, g.name)
	}
	return strings.Join(names, ", and ")
}
