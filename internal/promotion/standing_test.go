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
		"Stands":         {reason: "carol rejects what bob approved", given: story(approvedOnce, rejected(carol)), because: rejection},
		"ComesFirst":     {reason: "bob approved after carol rejected", given: story(asked(alice), rejected(carol), approved(bob)), because: rejection},
		"SamePerson":     {reason: "to approve does not take a rejection back", given: story(asked(alice), rejected(bob), approved(bob)), because: rejection},
		"OwnApproval":    {reason: "bob changed his mind", given: story(approvedOnce, rejected(bob)), because: rejection},
		"SameSecond":     {reason: "a rejection wins a tie", given: story(asked(alice), rejected(carol, since(0)), approved(bob, since(0))), because: rejection},
		"BeingDeleted":   {reason: "it counts until it is gone", given: story(approvedOnce, rejected(carol, beingDeleted)), because: rejection},
		"Old":            {reason: "a rejection does not grow old", given: story(approvedOnce, rejected(carol, since(365*day))), because: rejection},
		"ByAnybody":      {reason: "who could not approve is refused when they reject; what is there counts", given: story(approvedOnce, rejected(sam)), because: rejection},
		"OtherUID":       {reason: "about an earlier request of the name", given: story(approvedOnce, rejected(carol, func(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" })), want: promotion.RuleApproved},
		"OlderRequest":   {reason: "asking again does not shake it off", given: story(asked(alice), rejected(carol), stalled(v1alpha1.ReasonSuperseded), approvedOnce), because: rejection},
		"OlderWithdrawn": {reason: "it was taken back, then asked again", given: story(asked(alice), rejected(carol), withdrew(carol, 1), stalled(v1alpha1.ReasonSuperseded), approvedOnce), want: promotion.RuleApproved},
		"Twice":          {reason: "one of two was taken back", given: story(approvedOnce, rejected(carol), rejected(carol), withdrew(carol, 2)), because: rejection},
	})
}

func TestWithdraw(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Approval":             {reason: "bob takes his approval back", given: story(approvedOnce, withdrew(bob, 1)), because: approvalMissing},
		"ApprovalBeingDeleted": {reason: "he has taken it back, though the Withdraw is being deleted", given: story(approvedOnce, withdrew(bob, 1, beingDeleted)), because: approvalMissing},
		"ApprovalAgain":        {reason: "and approves again", given: story(approvedOnce, withdrew(bob, 1), approved(bob)), want: promotion.RuleApproved},
		"ApprovalByAnother":    {reason: "carol does not speak for bob", given: story(approvedOnce, withdrew(carol, 1)), want: promotion.RuleApproved},
		"ApprovalByBOB":        {reason: "BOB may be bob, and less gets in", given: story(approvedOnce, withdrew("BOB@example.com", 1)), because: approvalMissing},
		"ApprovalByUID":        {reason: "robert was bob, and less gets in", given: story(asked(alice), approved(bob, withUID("7")), withdrew("robert@example.com", 1, withUID("7"))), because: approvalMissing},
		"Reject":               {reason: "carol takes her rejection back", given: story(approvedOnce, rejected(carol), withdrew(carol, 2)), want: promotion.RuleApproved},
		"RejectByAnother":      {reason: "bob does not speak for carol", given: story(approvedOnce, rejected(carol), withdrew(bob, 2)), because: rejection},
		"RejectByCAROL":        {reason: "CAROL may be another login, and less gets in", given: story(approvedOnce, rejected(carol), withdrew("CAROL@example.com", 2)), because: rejection},
		"RejectByAddress":      {reason: "a name with carol's address in it is not carol's", given: story(approvedOnce, rejected(carol), withdrew("mallory <carol@example.com>", 2)), because: rejection},
		"RejectByUID":          {reason: "two authenticators may give the same UID", given: story(approvedOnce, rejected(carol, withUID("7")), withdrew("mallory@example.com", 2, withUID("7"))), because: rejection},
		"RejectByNewCarol":     {reason: "the name was given to somebody else since", given: story(approvedOnce, rejected(carol, withUID("7")), withdrew(carol, 2, withUID("8"))), because: rejection},
		"Revoke":               {reason: "a Revoke is for good", given: story(approvedOnce, revoked(carol), withdrew(carol, 2)), because: lastRevoked},
		"Withdraw":             {reason: "a Withdraw is not taken back, the approval stays withdrawn", given: story(approvedOnce, withdrew(bob, 1), withdrew(bob, 2)), because: approvalMissing},
		"Before":               {reason: "nothing is taken back before it is said", given: story(approvedOnce, withdrew(carol, 3), rejected(carol)), because: rejection},
		"OtherUID":             {reason: "about an earlier request of the name", given: story(approvedOnce, withdrew(bob, 1, func(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" })), want: promotion.RuleApproved},
		"Nothing":              {reason: "there is no such decision", given: story(approvedOnce, withdrew(bob, 7)), want: promotion.RuleApproved},
	})
}

func TestRevoke(t *testing.T) {
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"Ends":         {reason: "it cannot enter any more", given: story(approvedOnce, revoked(carol)), because: lastRevoked},
		"BeingDeleted": {reason: "it counts until it is gone", given: story(approvedOnce, revoked(carol, beingDeleted)), because: lastRevoked},
		"Remembered":   {reason: "and after", given: story(approvedOnce, stalled(v1alpha1.ReasonRevoked)), because: unasked},
		"OtherDigest":  {reason: "about other content", given: story(approvedOnce, revoked(carol, func(a *v1alpha1.Approval) { a.Spec.Request.Digest = otherDigest })), want: promotion.RuleApproved},
		"AskedAgain":   {reason: "a new request needs new approvals", given: story(approvedOnce, revoked(carol), asked(alice)), because: approvalMissing},
		"Again":        {reason: "and with them it enters", given: story(approvedOnce, revoked(carol), approvedOnce), want: promotion.RuleApproved},
	})
}

func TestAttemptStates(t *testing.T) {
	type state struct{ Ended, Revoked, Rejected, Superseded, Unobserved bool }
	cases := map[string]struct {
		reason string
		given  promotion.Case
		want   state
	}{
		"Open":        {reason: "it waits", given: story(asked(alice), approved(bob))},
		"LetIn":       {reason: "it may enter still", given: story(asked(alice), letIn(v1alpha1.EntryRuleApproved, 0))},
		"Entered":     {reason: "one entry, one request", given: story(enteredOnce()), want: state{Ended: true}},
		"Revoked":     {reason: "for good", given: story(asked(alice), revoked(bob)), want: state{Ended: true, Revoked: true}},
		"WasRevoked":  {reason: "for good", given: story(asked(alice), stalled(v1alpha1.ReasonRevoked)), want: state{Ended: true, Revoked: true}},
		"Rejected":    {reason: "it can be taken back", given: story(asked(alice), rejected(bob)), want: state{Rejected: true}},
		"NotRejected": {reason: "it was taken back", given: story(asked(alice), rejected(bob), withdrew(bob, 1))},
		"Superseded":  {reason: "it gave way", given: story(asked(alice), stalled(v1alpha1.ReasonSuperseded)), want: state{Ended: true, Superseded: true}},
		"Unobserved":  {reason: "nobody knows", given: story(asked(alice), stalled(v1alpha1.ReasonNotObserved)), want: state{Ended: true, Unobserved: true}},
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
				promotion.Superseded(attempt), promotion.Unobserved(attempt),
			}
			if got != tc.want {
				t.Errorf("%s: got %+v, want %+v", tc.reason, got, tc.want)
			}
		})
	}
}
