// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// deciding is a story whose last decision is only about to be made.
func deciding(steps ...step) (promotion.Case, promotion.Attempt, v1alpha1.Approval) {
	c := story(steps...)
	last := &c.Attempts[len(c.Attempts)-1]
	decision := last.Decisions[len(last.Decisions)-1]
	last.Decisions = last.Decisions[:len(last.Decisions)-1]
	return c, *last, decision
}

func TestMayDecide(t *testing.T) {
	inEnvironment := func(entry func(*v1alpha1.PromotionPolicySpec)) step { return policy("production", entry) }
	cases := map[string]struct {
		reason string
		given  []step
		// want is the refusal; empty where the decision may be made.
		want string
	}{
		"Approve": {reason: "bob may", given: []step{asked(alice), approved(bob)}},
		"ApproveUnborn": {
			reason: "the time of a decision is now, whatever is written on it",
			given:  []step{asked(alice), approved(bob, since(99*day))},
		},
		"ApproveOwn": {
			reason: "alice asked", want: "alice@example.com asked for the change",
			given: []step{asked(alice), approved(alice)},
		},
		"ApproveAuthor": {
			reason: "bob wrote it", want: "bob@example.com is an author of the change",
			given: []step{asked(alice, by("Bob <bob@example.com>")), approved(bob)},
		},
		"ApproveOpened": {
			reason: "bob opened it", want: "bob@example.com opened the request",
			given: []step{asked(alice, openedBy(bob)), approved(bob)},
		},
		"ApproveBot": {
			reason: "a bot never approves", want: bot + " is not a person",
			given: []step{asked(alice), approved(bot)},
		},
		"ApproveMistakable": {
			reason: "nobody should have to look that closely", given: []step{asked(alice), approved("bоb")},
			want: `"b\u043eb" could be mistaken for another: the name mixes Cyrillic and Latin letters`,
		},
		"ApproveHostile": {
			reason: "a name breaks no line", given: []step{asked(alice), approved("bob\nAllowed: \x1b[32myes")},
			want: `"bob\nAllowed: \x1b[32myes" could be mistaken for another: the name contains the character U+000A, ` +
				"which is easily overlooked or mistaken",
		},
		"ApproveStranger": {
			reason: "sam does not hold the role", given: []step{asked(alice), approved(sam)},
			want: "sam@example.com is no member of release-managers, which policy production asks",
		},
		"ApproveAgain": {reason: "to be younger, for one", given: []step{asked(alice), approved(bob), approved(bob)}},
		"ApproveRejected": {
			reason: "it may be of use once the Reject is withdrawn",
			given:  []step{asked(alice), rejected(carol), approved(bob)},
		},
		"ApproveEntered": {
			reason: "it has entered", want: "the request has ended, and nothing can enter by it any more",
			given: []step{enteredOnce(), approved(bob)},
		},
		"ApproveRevoked": {
			reason: "it was revoked", want: "the request has ended, and nothing can enter by it any more",
			given: []step{asked(alice), revoked(carol), approved(bob)},
		},
		"ApproveOpen": {
			reason: "nobody is asked", want: "no policy asks for approvals here",
			given: []step{inEnvironment(open), asked(alice), approved(bob)},
		},
		"ApproveOtherUID": {
			reason: "the request is another", want: madeAnew,
			given: []step{asked(alice), approved(bob, ofOldUID)},
		},
		"ApproveOther": {
			reason: "the content is another", want: madeAnew,
			given: []step{asked(alice), approved(bob, ofOtherDigest)},
		},
		"RejectOtherUID": {
			reason: "the request is another", want: madeAnew,
			given: []step{asked(alice), rejected(bob, ofOldUID)},
		},
		"Reject": {reason: "carol may", given: []step{asked(alice), rejected(carol)}},
		"RejectOwn": {
			reason: "to object to one's own change is no conflict",
			given:  []step{asked(bob), rejected(bob)},
		},
		"RejectEntered": {reason: "so that it does not come back", given: []step{enteredOnce(), rejected(carol)}},
		"RejectStranger": {
			reason: "sam has no say", want: "sam@example.com is no member of a role that a policy of production asks",
			given: []step{asked(alice), rejected(sam)},
		},
		"RejectBot": {
			reason: "a bot has no say", want: bot + " is not a person",
			given: []step{role("release-managers", users(bot)), asked(alice), rejected(bot)},
		},
		"RejectOtherRole": {
			reason: "one policy is enough",
			given:  []step{policy("strict", needs(1, "review", "security")), asked(alice), rejected(sam)},
		},
		"Revoke":        {reason: "carol may", given: []step{asked(alice), revoked(carol)}},
		"RevokeEntered": {reason: "so that it cannot return", given: []step{enteredOnce(), revoked(carol)}},
		"RevokeStranger": {
			reason: "sam has no say", want: "sam@example.com is no member of a role that a policy of production asks",
			given: []step{asked(alice), revoked(sam)},
		},
		"RevokeExpired": {
			reason: "bob's time is over", want: "bob@example.com is no member of a role that a policy of production asks",
			given: []step{role("release-managers", until(bob, noon)), asked(alice), revoked(bob)},
		},
		"Withdraw":       {reason: "bob's own", given: []step{asked(alice), approved(bob), withdrew(bob, 1)}},
		"WithdrawReject": {reason: "carol's own", given: []step{asked(alice), rejected(carol), withdrew(carol, 1)}},
		"WithdrawExpired": {
			reason: "to take one's word back needs no role",
			given:  []step{asked(alice), rejected(sam), withdrew(sam, 1)},
		},
		"WithdrawAnothers": {
			reason: "carol's is not bob's", want: notYours(1),
			given: []step{asked(alice), approved(carol), withdrew(bob, 1)},
		},
		"WithdrawAsCAROL": {
			reason: "CAROL may be another login", want: notYours(1),
			given: []step{asked(alice), rejected(carol), withdrew("CAROL@example.com", 1)},
		},
		"WithdrawRevoke": {
			reason: "a Revoke is for good", want: notYours(1),
			given: []step{asked(alice), revoked(carol), withdrew(carol, 1)},
		},
		"WithdrawWithdraw": {
			reason: "said is said", want: notYours(2),
			given: []step{asked(alice), approved(bob), withdrew(bob, 1), withdrew(bob, 2)},
		},
		"WithdrawNothing": {reason: "there is none such", given: []step{asked(alice), withdrew(bob, 7)}, want: notYours(7)},
		"WithdrawItself": {
			reason: "nor can it be itself", want: notYours(1),
			given: []step{asked(alice), withdrew(bob, 1)},
		},
		"Unknown": {
			reason: "nobody knows what it means", want: `the decision "Maybe\n" is not known`,
			given: []step{asked(alice), decided("Maybe\n", bob)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, attempt, decision := deciding(tc.given...)
			if got := promotion.MayDecide(c, attempt, decision, noon); got != tc.want {
				t.Errorf("%s:\n got %s\nwant %s", tc.reason, got, tc.want)
			}
		})
	}
}

const madeAnew = "it names another UID or digest than the request has: the request was made anew since you looked at it"

func notYours(n int) string {
	return promotion.ApprovalName(promotion.RequestName(v1alpha1.Change{Name: "checkout", Digest: digest}, 1), n) +
		" is not an Approve, Override or Reject of yours about this request"
}

func ofOtherDigest(a *v1alpha1.Approval) { a.Spec.Request.Digest = otherDigest }

// TestMayDecideLeavesTheAttemptAlone : a decision that is only considered must not become one.
func TestMayDecideLeavesTheAttemptAlone(t *testing.T) {
	c, attempt, decision := deciding(asked(alice), approved(bob), withdrew(bob, 1))
	attempt.Decisions = append(make([]v1alpha1.Approval, 0, 8), attempt.Decisions...)
	if why := promotion.MayDecide(c, attempt, decision, noon); why != "" {
		t.Fatal(why)
	}
	if beyond := attempt.Decisions[:2][1]; beyond.Name != "" {
		t.Errorf("%s was written behind the attempt's decisions", beyond.Name)
	}
	_, _, approve := deciding(asked(alice), approved(bob, since(time.Hour)))
	before := approve.CreationTimestamp
	promotion.MayDecide(c, attempt, approve, noon)
	if !before.Equal(&metav1.Time{Time: approve.CreationTimestamp.Time}) {
		t.Error("the decision was changed")
	}
}
