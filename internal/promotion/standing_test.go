// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestReject(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Stands": {
			reason: "carol rejects what bob approved", because: rejection,
			given: story(approvedOnce, rejected(carol)),
		},
		"ComesFirst": {
			reason: "bob approved after carol rejected", because: rejection,
			given: story(asked(alice), rejected(carol), approved(bob)),
		},
		"SamePerson": {
			reason: "to approve does not take a rejection back", because: rejection,
			given: story(asked(alice), rejected(bob), approved(bob)),
		},
		"OwnApproval": {reason: "bob changed his mind", given: story(approvedOnce, rejected(bob)), because: rejection},
		"SameSecond": {
			reason: "a rejection wins a tie", because: rejection,
			given: story(asked(alice), rejected(carol, since(0)), approved(bob, since(0))),
		},
		"BeingDeleted": {
			reason: "it counts until it is gone", because: rejection,
			given: story(approvedOnce, rejected(carol, beingDeleted)),
		},
		"Old": {
			reason: "a rejection does not grow old", because: rejection,
			given: story(approvedOnce, rejected(carol, since(365*day))),
		},
		"ByAnybody": {
			reason: "who could not approve is refused when they reject; what is there counts", because: rejection,
			given: story(approvedOnce, rejected(sam)),
		},
		"OtherUID": {
			reason: "about an earlier request of the name", want: promotion.RuleApproved,
			given: story(approvedOnce, rejected(carol, func(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" })),
		},
		"OlderRequest": {
			reason: "asking again does not shake it off", because: rejection,
			given: story(asked(alice), rejected(carol), stalled(v1alpha1.ReasonSuperseded), approvedOnce),
		},
		"OlderWithdrawn": {
			reason: "it was taken back, then asked again", want: promotion.RuleApproved,
			given: story(asked(alice), rejected(carol), withdrew(carol, 1), stalled(v1alpha1.ReasonSuperseded), approvedOnce),
		},
		"Twice": {
			reason: "one of two was taken back", because: rejection,
			given: story(approvedOnce, rejected(carol), rejected(carol), withdrew(carol, 2)),
		},
	})
}

func TestWithdraw(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Approval": {
			reason: "bob takes his approval back", because: approvalMissing,
			given: story(approvedOnce, withdrew(bob, 1)),
		},
		"ApprovalBeingDeleted": {
			reason: "he has taken it back, though the Withdraw is being deleted", because: approvalMissing,
			given: story(approvedOnce, withdrew(bob, 1, beingDeleted)),
		},
		"ApprovalAgain": {
			reason: "and approves again", want: promotion.RuleApproved,
			given: story(approvedOnce, withdrew(bob, 1), approved(bob)),
		},
		"ApprovalByAnother": {
			reason: "carol does not speak for bob", want: promotion.RuleApproved,
			given: story(approvedOnce, withdrew(carol, 1)),
		},
		"ApprovalByBOB": {
			reason: "BOB may be bob, and less gets in", because: approvalMissing,
			given: story(approvedOnce, withdrew("BOB@example.com", 1)),
		},
		"ApprovalByUID": {
			reason: "robert was bob, and less gets in", because: approvalMissing,
			given: story(asked(alice), approved(bob, withUID("7")), withdrew("robert@example.com", 1, withUID("7"))),
		},
		"Reject": {
			reason: "carol takes her rejection back", want: promotion.RuleApproved,
			given: story(approvedOnce, rejected(carol), withdrew(carol, 2)),
		},
		"RejectByAnother": {
			reason: "bob does not speak for carol", because: rejection,
			given: story(approvedOnce, rejected(carol), withdrew(bob, 2)),
		},
		"RejectByCAROL": {
			reason: "CAROL may be another login, and less gets in", because: rejection,
			given: story(approvedOnce, rejected(carol), withdrew("CAROL@example.com", 2)),
		},
		"RejectByAddress": {
			reason: "a name with carol's address in it is not carol's", because: rejection,
			given: story(approvedOnce, rejected(carol), withdrew("mallory <carol@example.com>", 2)),
		},
		"RejectByUID": {
			reason: "two authenticators may give the same UID", because: rejection,
			given: story(approvedOnce, rejected(carol, withUID("7")), withdrew("mallory@example.com", 2, withUID("7"))),
		},
		"RejectByNewCarol": {
			reason: "the name was given to somebody else since", because: rejection,
			given: story(approvedOnce, rejected(carol, withUID("7")), withdrew(carol, 2, withUID("8"))),
		},
		"Revoke": {
			reason: "a Revoke is for good", because: lastRevoked,
			given: story(approvedOnce, revoked(carol), withdrew(carol, 2)),
		},
		"Withdraw": {
			reason: "a Withdraw is not taken back, the approval stays withdrawn", because: approvalMissing,
			given: story(approvedOnce, withdrew(bob, 1), withdrew(bob, 2)),
		},
		"Before": {
			reason: "nothing is taken back before it is said", because: rejection,
			given: story(approvedOnce, withdrew(carol, 3), rejected(carol)),
		},
		"OtherUID": {
			reason: "about an earlier request of the name", want: promotion.RuleApproved,
			given: story(approvedOnce, withdrew(bob, 1, func(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" })),
		},
		"Nothing": {
			reason: "there is no such decision", want: promotion.RuleApproved,
			given: story(approvedOnce, withdrew(bob, 7)),
		},
	})
}

func TestRevoke(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Ends": {
			reason: "it cannot enter any more", because: lastRevoked,
			given: story(approvedOnce, revoked(carol)),
		},
		"BeingDeleted": {
			reason: "it counts until it is gone", because: lastRevoked,
			given: story(approvedOnce, revoked(carol, beingDeleted)),
		},
		"Remembered": {reason: "and after", given: story(approvedOnce, stalled(v1alpha1.ReasonRevoked)), because: unasked},
		"OtherDigest": {
			reason: "about other content", want: promotion.RuleApproved,
			given: story(approvedOnce, revoked(carol, func(a *v1alpha1.Approval) { a.Spec.Request.Digest = otherDigest })),
		},
		"AskedAgain": {
			reason: "a new request needs new approvals", because: askedAnew,
			given: story(approvedOnce, revoked(carol), asked(alice)),
		},
		"Again": {
			reason: "and with them it enters", want: promotion.RuleApproved,
			given: story(approvedOnce, revoked(carol), approvedOnce),
		},
	})
}

func TestAttemptStates(t *testing.T) {
	type state struct{ Ended, Revoked, Rejected, Superseded, Lapsed, Unobserved, Reconfigured bool }
	cases := map[string]struct {
		reason string
		given  promotion.Case
		want   state
	}{
		"Open":    {reason: "it waits", given: story(asked(alice), approved(bob))},
		"LetIn":   {reason: "it may enter still", given: story(asked(alice), letIn(v1alpha1.EntryRuleApproved, 0))},
		"Entered": {reason: "one entry, one request", given: story(enteredOnce()), want: state{Ended: true}},
		"Revoked": {
			reason: "for good", want: state{Ended: true, Revoked: true},
			given: story(asked(alice), revoked(bob)),
		},
		"WasRevoked": {
			reason: "for good", want: state{Ended: true, Revoked: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonRevoked)),
		},
		"Rejected": {
			reason: "it can be taken back", want: state{Rejected: true},
			given: story(asked(alice), rejected(bob)),
		},
		"NotRejected": {reason: "it was taken back", given: story(asked(alice), rejected(bob), withdrew(bob, 1))},
		"Superseded": {
			reason: "it gave way", want: state{Ended: true, Superseded: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonSuperseded)),
		},
		"Lapsed": {
			reason: "there was no more time", want: state{Ended: true, Lapsed: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonLapsed)),
		},
		"NotYetLapsed": {
			reason: "the clock alone ends nothing that is written nowhere",
			given:  story(policy("production", needs(1, "release", "release-managers"), lapsing), asked(alice)),
		},
		"Unobserved": {
			reason: "nobody knows", want: state{Ended: true, Unobserved: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonNotObserved)),
		},
		"Reconfigured": {
			reason: "what it refers to is another", want: state{Ended: true, Reconfigured: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonConfigurationChanged)),
		},
		"ReplacedChanged": {
			reason: "what it would replace is another", want: state{Ended: true, Reconfigured: true},
			given: story(asked(alice), stalled(v1alpha1.ReasonReplacedChanged)),
		},
		"NotSuperseded": {
			reason: "the condition says that it is not so",
			given: story(asked(alice), stalled(v1alpha1.ReasonSuperseded), latest(func(r *v1alpha1.PromotionRequest) {
				r.Status.Conditions[0].Status = "False"
			})),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			attempt := tc.given.Attempts[0]
			got := state{
				promotion.Ended(attempt), promotion.Revoked(attempt), promotion.Rejected(attempt),
				promotion.Superseded(attempt), promotion.Lapsed(attempt), promotion.Unobserved(attempt),
				promotion.Reconfigured(attempt),
			}
			if got != tc.want {
				t.Errorf("%s: got %+v, want %+v", tc.reason, got, tc.want)
			}
		})
	}
}
