// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// sessions : the mode for sessions, of up to an hour after an approval.
func sessions(mode v1alpha1.InteractiveMode) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Interactive = v1alpha1.Interactive{Mode: mode, SessionSeconds: 3600}
	}
}

// connecting is alice, who wants a shell in a Pod.
func connecting(mode v1alpha1.InteractiveMode, steps ...step) promotion.Case {
	return story(policy("production", needs(1, "release", "release-managers"), sessions(mode)),
		changing("pods", "checkout-x"), subresource("exec"),
		func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationConnect }, also(steps...))
}

func TestInteractive(t *testing.T) {
	none := []promotion.ReasonCode{promotion.ReasonNoSessions}
	emergent := also(policy("production", needs(1, "release", "release-managers"), sessions(v1alpha1.InteractiveDeny),
		declarable(v1alpha1.OverdueReport, "security")), deployedBy(sam),
		declared(v1alpha1.UserReference{Username: sam}, 600))
	judge(t, map[string]verdict{
		"Allow": {
			reason: "RBAC is enough", want: promotion.RuleInteractive, given: connecting(v1alpha1.InteractiveAllow),
		},
		"Unset": {
			reason: "a policy from before the field was there", want: promotion.RuleInteractive, given: connecting(""),
		},
		"Unknown": {reason: "a mode of a later version", because: none, given: connecting("Watch")},
		"Deny":    {reason: "nobody", because: none, given: connecting(v1alpha1.InteractiveDeny)},
		"Unasked": {
			reason: "nobody approved", because: unasked, given: connecting(v1alpha1.InteractiveRequireApproval),
		},
		"Approved": {
			reason: "bob approved", want: promotion.RuleInteractive,
			given: connecting(v1alpha1.InteractiveRequireApproval, asked(alice), approved(bob, since(time.Minute))),
		},
		"Own": {
			reason: "alice approves herself", because: approvalMissing,
			given: connecting(v1alpha1.InteractiveRequireApproval, asked(alice), approved(alice, since(time.Minute))),
		},
		"Over": {
			reason: "the hour is over", because: approvalMissing,
			given: connecting(v1alpha1.InteractiveRequireApproval, asked(alice), approved(bob, since(time.Hour))),
		},
		"EmergencyBeside": {
			reason: "another policy only warns, and what sam does is on record and reviewed all the same",
			want:   promotion.RuleEmergency,
			given: connecting(v1alpha1.InteractiveDeny, emergent,
				policy("trial", needs(1, "review", "security"), sessions(v1alpha1.InteractiveDeny), warns)),
		},
		"Frozen": {
			reason: "a freeze does not keep people from looking", want: promotion.RuleInteractive,
			given: connecting(v1alpha1.InteractiveAllow, frozen("")),
		},
		"Strictest": {
			reason: "another policy lets nobody", because: none,
			given: connecting(v1alpha1.InteractiveAllow, policy("strict", needs(1, "release", "release-managers"),
				sessions(v1alpha1.InteractiveDeny))),
		},
		"Emergency": {
			reason: "in an emergency", want: promotion.RuleEmergency,
			given: connecting(v1alpha1.InteractiveDeny, emergent),
		},
		"EmergencyAgain": {
			reason: "again before it is known what came of the first: a session stores nothing", want: promotion.RuleEmergency,
			given: connecting(v1alpha1.InteractiveRequireApproval, policy("production", needs(1, "release", "release-managers"),
				sessions(v1alpha1.InteractiveRequireApproval), declarable(v1alpha1.OverdueReport, "security")), deployedBy(sam),
				asked(sam), letIn(v1alpha1.EntryRuleEmergency, 0), declared(v1alpha1.UserReference{Username: sam}, 600)),
		},
		"EmergencyRevoked": {
			reason: "bob put an end to it", because: []promotion.ReasonCode{promotion.ReasonNoSessions, promotion.ReasonRevoked},
			given: connecting(v1alpha1.InteractiveDeny, emergent, asked(sam), entered(v1alpha1.EntryRuleEmergency),
				revoked(bob)),
		},
		"EmergencyRejected": {
			reason: "bob is against it", because: []promotion.ReasonCode{promotion.ReasonNoSessions, promotion.ReasonRejected},
			given: connecting(v1alpha1.InteractiveDeny, emergent, asked(sam), entered(v1alpha1.EntryRuleEmergency),
				rejected(bob)),
		},
		"NoPolicy": {
			reason: "where nothing governs, nobody gets in", because: noneGoverns,
			given: connecting(v1alpha1.InteractiveAllow, noPolicy),
		},
		"Warn": {
			reason: "the policy only warns", want: promotion.RuleNotEnforced,
			given: connecting(v1alpha1.InteractiveDeny, policy("production", needs(1, "release", "release-managers"), warns,
				sessions(v1alpha1.InteractiveDeny))),
		},
	})
}
