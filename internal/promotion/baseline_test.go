// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// runsAlready : the latest request asks for what its object holds.
var runsAlready = latest(func(r *v1alpha1.PromotionRequest) {
	r.Spec.Change.ReplacesDigest = r.Spec.Change.Digest
})

func TestMayBaseline(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		given  []step
		want   bool
	}{
		"Approved": {"alice asks, bob approves", []step{asked(alice), runsAlready, approved(bob)}, true},
		"ByGate": {
			"only the gate says that alice asked", []step{asked(alice, byGate), runsAlready, approved(bob)}, false,
		},
		"Unapproved": {"nobody approved", []step{asked(alice), runsAlready}, false},
		"Own":        {"a second person it takes", []step{asked(bob), runsAlready, approved(bob)}, false},
		"Rejected":   {"carol objects", []step{asked(alice), runsAlready, approved(bob), rejected(carol)}, false},
		"Change":     {"it does not run yet", []step{asked(alice), approved(bob)}, false},
		"Ended":      {"it was superseded", []step{asked(alice), runsAlready, approved(bob), stalled("Superseded")}, false},
		"Frozen":     {"nothing enters by it", []step{asked(alice), runsAlready, approved(bob), frozen("")}, true},
		"Open": {
			"nobody could approve it", []step{policy("production", open), asked(alice), runsAlready, approved(bob)}, false,
		},
		"Strictest": {
			"another policy wants sam", []step{policy("security", needs(1, "security", "security")), asked(alice), runsAlready,
				approved(bob)}, false,
		},
		"Nobody": {"nobody asked", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := promotion.MayBaseline(story(tc.given...), noon); got != tc.want {
				t.Errorf("%s: %t", tc.reason, got)
			}
		})
	}
}

func TestBaselineVouches(t *testing.T) {
	judge(t, map[string]verdict{
		"Return": {
			reason: "two people put it on record", want: promotion.RuleRollback,
			given: story(asked(alice), entered(v1alpha1.EntryRuleBaseline), replaced(day)),
		},
	})
}
