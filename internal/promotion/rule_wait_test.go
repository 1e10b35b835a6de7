// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// TestTooSoon : in the stories a request is two hours old.
func TestTooSoon(t *testing.T) {
	waiting := func(seconds int32) step {
		return policy("production", needs(1, "release", "release-managers"), waits(seconds))
	}
	tooSoon := []promotion.ReasonCode{promotion.ReasonTooSoon}
	judge(t, map[string]verdict{
		"Over": {
			reason: "two hours ago is long enough", want: promotion.RuleApproved,
			given: story(waiting(7200), asked(alice), approved(bob)),
		},
		"NotOver": {
			reason: "one second is missing", because: tooSoon,
			given: story(waiting(7201), asked(alice), approved(bob)),
		},
		"Unapproved": {
			reason:  "both are missing, and both are said",
			because: []promotion.ReasonCode{promotion.ReasonApprovalMissing, promotion.ReasonTooSoon},
			given:   story(waiting(7201), asked(alice)),
		},
		"NotAsked": {
			reason: "the time has not begun", because: unasked, given: story(waiting(60)),
		},
		"Ended": {
			reason: "the time of what has ended is none", because: unasked,
			given: story(waiting(7201), asked(alice), stalled(v1alpha1.ReasonSuperseded)),
		},
		"AskedAgain": {
			reason: "the time of an earlier request does not count", because: tooSoon,
			given: story(waiting(3600), asked(alice), stalled(v1alpha1.ReasonSuperseded),
				asked(alice, func(r *v1alpha1.PromotionRequest) { r.CreationTimestamp = ago(0) }), approved(bob, since(0))),
		},
		"Return": {
			reason: "what entered before returns at once", want: promotion.RuleRollback,
			given: story(waiting(7201), asked(alice), entered(v1alpha1.EntryRuleApproved), replaced(day)),
		},
		"Strictest": {
			reason: "another policy waits longer", because: tooSoon,
			given: story(waiting(60), policy("slow", needs(1, "release", "release-managers"), waits(86400)), asked(alice),
				approved(bob)),
		},
	})
}
