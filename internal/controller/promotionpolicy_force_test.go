// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"
	"time"
)

// look is what is found when the operator looks, so long after it started.
type look struct {
	after time.Duration
	// told: API servers are told to ask. before: the status says that the gate is in force.
	told, before bool
	holds        bool
	wait         time.Duration
}

func TestForce(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		reason string
		looks  []look
	}{
		"New": {"API servers need a moment to notice", []look{
			{told: false}, {after: time.Second, told: true, wait: noticed},
			{after: 2 * time.Second, told: true, wait: noticed - time.Second},
			{after: time.Second + noticed, told: true, holds: true}, {after: time.Hour, told: true, before: true, holds: true},
		}},
		"Restarted": {"they have noticed long ago", []look{{told: true, before: true, holds: true}}},
		"NeverSaid": {"nobody knows since when", []look{{told: true, wait: noticed}}},
		"TakenAway": {"and put back, which they need to notice again", []look{
			{told: true, before: true, holds: true}, {after: time.Second, before: true},
			{after: 2 * time.Second, told: true, before: true, wait: noticed},
			{after: 2*time.Second + noticed, told: true, holds: true},
		}},
	} {
		f := force{}
		for i, look := range test.looks {
			holds, wait := f.holds(gateAt{"policy", "Routing", "production"}, look.told, look.before, start.Add(look.after))
			if holds != look.holds || wait != look.wait {
				t.Errorf("%s: %s: at look %d it holds: %t, or in %s; want %t, %s", name, test.reason, i, holds, wait, look.holds,
					look.wait)
			}
		}
	}
}
