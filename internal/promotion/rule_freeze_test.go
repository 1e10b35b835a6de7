// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestFrozen(t *testing.T) {
	stopped := []promotion.ReasonCode{promotion.ReasonFrozen}
	judge(t, map[string]verdict{
		"Approved": {
			reason: "an approval is no way round", because: stopped, given: story(asked(alice), approved(bob), frozen("")),
		},
		"Unasked": {
			reason: "what else is missing is said too", given: story(frozen("")), because: []promotion.ReasonCode{
				promotion.ReasonApprovalMissing, promotion.ReasonFrozen, promotion.ReasonNotRequested,
			},
		},
		"Open": {
			reason: "it holds where nobody is asked", because: stopped,
			given: story(policy("production", open), frozen("")),
		},
		"Warn": {
			reason: "it holds whatever a policy enforces; what that only warns of holds nothing up", because: stopped,
			given: story(policy("production", needs(1, "release", "release-managers"), warns), frozen("")),
		},
		"WarnEmergency": {
			reason: "nor does it hold up an emergency", want: promotion.RuleEmergency,
			given: story(policy("production", needs(1, "release", "release-managers"), warns, pinned,
				declarable(v1alpha1.OverdueReport, "security")), frozen(""), deployedBy(sam),
				declared(v1alpha1.UserReference{Username: sam}, 600)),
		},
		"Session": {
			reason: "who looks is asked as ever: for an approval", because: unasked,
			given: connecting(v1alpha1.InteractiveRequireApproval, frozen("")),
		},
		"SessionWarn": {
			reason: "or let in with a warning", want: promotion.RuleNotEnforced,
			given: connecting(v1alpha1.InteractiveDeny, frozen(""), policy("production", warns,
				needs(1, "release", "release-managers"), sessions(v1alpha1.InteractiveDeny))),
		},
		"Return": {
			reason: "nothing moves, back neither", because: stopped, given: story(asked(alice),
				entered(v1alpha1.EntryRuleApproved), replaced(day), frozen("")),
		},
		"Deletion": {
			reason: "nothing goes either", because: stopped, given: story(
				func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete }, asked(alice), approved(bob), frozen("")),
		},
		"Trusted": {
			reason: "what runs keeps running", want: promotion.RuleTrustedController, given: solving(frozen("")),
		},
		"Until": {
			reason: "it has not ended", because: stopped, given: story(asked(alice), approved(bob), frozen("1s")),
		},
		"Ended": {
			reason: "it has ended by itself", want: promotion.RuleApproved,
			given: story(asked(alice), approved(bob), frozen("0s")),
		},
	})
}
