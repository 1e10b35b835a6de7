// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func rollback(mode v1alpha1.RollbackMode, within time.Duration) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Rollback = v1alpha1.Rollback{Mode: mode, WithinSeconds: int32(within / time.Second)}
	}
}

// enteredOnce : alice asked, bob approved, and it entered.
func enteredOnce(steps ...step) step {
	return also(asked(alice), approved(bob, since(40*day)), entered(v1alpha1.EntryRuleApproved), also(steps...))
}

func TestRollback(t *testing.T) {
	judge(t, map[string]verdict{
		"InPlace": {
			reason: "what is in place may be put there again", want: promotion.RuleRollback,
			given: story(enteredOnce()),
		},
		"Recent": {
			reason: "replaced yesterday", want: promotion.RuleRollback,
			given: story(enteredOnce(replaced(day))),
		},
		"LastMoment": {
			reason: "the week is not over", want: promotion.RuleRollback,
			given: story(enteredOnce(replaced(7*day - time.Second))),
		},
		"TooLate": {
			reason: "the week is over", because: unasked,
			given: story(enteredOnce(replaced(7 * day))),
		},
		"NotAllowed": {
			reason: "the policy wants approval for a return", because: unasked,
			given: story(enteredOnce(), policy("production", needs(1, "release", "release-managers"),
				rollback(v1alpha1.RollbackRequireApproval, 7*day))),
		},
		"NoMode": {
			reason: "what is not said is not allowed", because: unasked,
			given: story(enteredOnce(), policy("production", needs(1, "release", "release-managers"), rollback("", 7*day))),
		},
		"NoTime": {
			reason: "within nothing there is no time", because: unasked,
			given: story(enteredOnce(replaced(0)), policy("production", needs(1, "release", "release-managers"),
				rollback(v1alpha1.RollbackAllowEntered, 0))),
		},
		"GeneratedName": {
			reason: "the next of a prefix is another object", because: unasked,
			given: story(enteredOnce(), func(c *promotion.Case) {
				c.Change.Object.Name, c.Change.Object.GenerateName = "", "checkout-"
			}),
		},
		"Deletion": {
			reason: "to delete is not to return", because: unasked,
			given: story(enteredOnce(), func(c *promotion.Case) { c.Change.Operation = v1alpha1.OperationDelete }),
		},
		"Job": {
			reason: "each run of a job is a change of its own", because: unasked,
			given: story(changing("jobs", "migrate"), enteredOnce()),
		},
		"Pod": {
			reason: "each bare pod is a change of its own", because: unasked,
			given: story(changing("pods", "debug"), enteredOnce()),
		},
		"NotEntered": {
			reason: "let in, but never seen stored", because: stillPending,
			given: story(asked(alice), approved(bob), letIn(v1alpha1.EntryRuleApproved, 0)),
		},
		"WithoutAdmission": {
			reason: "stored, but not by the gate", because: unasked,
			given: story(enteredOnce(), latest(func(r *v1alpha1.PromotionRequest) { r.Status.Admission = nil })),
		},
		"EnteredWhileOpen": {
			reason: "nobody approved it then", because: unasked,
			given: story(asked(alice), entered(v1alpha1.EntryRuleOpen)),
		},
		"EnteredUnenforced": {
			reason: "nobody approved it then", because: unasked,
			given: story(asked(alice), entered(v1alpha1.EntryRuleNotEnforced)),
		},
		"ApprovedUnenforced": {
			reason: "bob approved it, and it entered because the policy only warned: it never met one", because: unasked,
			given: story(asked(alice), approved(bob, since(40*day)), entered(v1alpha1.EntryRuleNotEnforced), replaced(day)),
		},
		"ReturnedBefore": {
			reason: "a return counts through what it returned to, and starts the week anew", want: promotion.RuleRollback,
			given: story(enteredOnce(replaced(20*day)), asked(alice), entered(v1alpha1.EntryRuleRollback), replaced(day)),
		},
		"ReturnToNothing": {
			reason: "a return alone vouches for nothing", because: unasked,
			given: story(asked(alice), entered(v1alpha1.EntryRuleRollback), replaced(day)),
		},
		"UnenforcedSince": {
			reason: "entering again unapproved does not start the week anew", because: unasked,
			given: story(enteredOnce(replaced(20*day)), asked(alice), entered(v1alpha1.EntryRuleNotEnforced), replaced(day)),
		},
		"Revoked": {
			reason: "revoked is gone for good", because: lastRevoked,
			given: story(enteredOnce(revoked(carol))),
		},
		"RevokedByStatus": {
			reason: "a Revoke that has been cleaned up is remembered", because: unasked,
			given: story(enteredOnce(stalled(v1alpha1.ReasonRevoked))),
		},
		"ReturnRevoked": {
			reason: "revoking the return revokes the content", because: lastRevoked,
			given: story(enteredOnce(replaced(2*day)), asked(alice), entered(v1alpha1.EntryRuleRollback), revoked(carol)),
		},
		"ApprovedSinceRevoked": {
			reason: "a later approval stands on its own", want: promotion.RuleRollback,
			given: story(enteredOnce(revoked(carol)), enteredOnce()),
		},
		"Rejected": {
			reason: "somebody does not want it back", because: append(unasked, promotion.ReasonRejected),
			given: story(enteredOnce(replaced(day), rejected(carol))),
		},
		"RejectWithdrawn": {
			reason: "nobody minds any more", want: promotion.RuleRollback,
			given: story(enteredOnce(replaced(day), rejected(carol), withdrew(carol, 2))),
		},
		"OpenRequest": {
			reason: "that somebody asks anew does not forbid a return", want: promotion.RuleRollback,
			given: story(enteredOnce(replaced(day)), asked(alice)),
		},
		"OtherDigest": {
			reason: "other content entered", because: unasked,
			given: story(enteredOnce(), func(c *promotion.Case) { c.Change.Digest = otherDigest }),
		},
		"OtherEnvironment": {
			reason: "the namespace was in staging then", because: unasked,
			given: story(enteredOnce(), latest(func(r *v1alpha1.PromotionRequest) { r.Spec.Environment = "staging" })),
		},
	})
}

func TestInPlace(t *testing.T) {
	cases := map[string]struct {
		reason string
		given  promotion.Case
		want   bool
	}{
		"Approved": {reason: "it runs here by approval", given: story(enteredOnce()), want: true},
		"Job": {
			reason: "scale is not a new run", want: true,
			given: story(changing("jobs", "x"), enteredOnce()),
		},
		"Replaced": {reason: "other content runs here", given: story(enteredOnce(replaced(time.Hour)))},
		"Revoked":  {reason: "revoked content is not started again", given: story(enteredOnce(revoked(carol)))},
		"Unasked":  {reason: "nobody knows it", given: story()},
		"Asked":    {reason: "it has not entered", given: story(asked(alice), approved(bob))},
		"Unenforced": {
			reason: "nobody approved it",
			given:  story(asked(alice), entered(v1alpha1.EntryRuleNotEnforced)),
		},
		"OtherEnvironment": {reason: "it was approved for staging", given: story(enteredOnce(), latest(toStaging))},
		"UnenforcedNow": {
			reason: "it was approved once, but what runs now came by itself",
			given:  story(enteredOnce(replaced(day)), asked(alice), entered(v1alpha1.EntryRuleNotEnforced)),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := promotion.InPlace(tc.given); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
		})
	}
}

func toStaging(r *v1alpha1.PromotionRequest) { r.Spec.Environment = "staging" }
