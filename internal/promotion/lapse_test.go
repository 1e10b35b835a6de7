// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// lapsing gives a request the two hours that have passed since it was opened in most stories.
func lapsing(p *v1alpha1.PromotionPolicySpec) { p.RequestTTLSeconds = 7200 }

var lapsed = []promotion.ReasonCode{promotion.ReasonLapsed}

func TestLapse(t *testing.T) {
	release := needs(1, "release", "release-managers")
	short := policy("production", release, lapsing)
	approvedOnce := also(asked(alice), approved(bob))
	judge(t, map[string]verdict{
		"InTime": {
			reason: "a second before its time is over", want: promotion.RuleApproved,
			given: story(policy("production", release, func(p *v1alpha1.PromotionPolicySpec) { p.RequestTTLSeconds = 7201 }),
				approvedOnce),
		},
		"Lapsed":     {reason: "its time is over, approved or not", given: story(short, approvedOnce), because: lapsed},
		"Unapproved": {reason: "its time is over", given: story(short, asked(alice)), because: lapsed},
		"Written": {
			reason: "as soon as that is written, another may be asked for", because: unasked,
			given: story(short, approvedOnce, stalled(v1alpha1.ReasonLapsed)),
		},
		"Longer": {
			reason: "a policy that gives more time later brings nothing back", because: unasked,
			given: story(approvedOnce, stalled(v1alpha1.ReasonLapsed)),
		},
		"Again": {
			reason: "a new request has its own approvals", because: approvalMissing,
			given: story(approvedOnce, stalled(v1alpha1.ReasonLapsed), asked(alice)),
		},
		"Shortest": {
			reason: "of several policies the shortest time holds", because: lapsed,
			given: story(policy("hasty", release, lapsing), approvedOnce),
		},
		"WarnOnly": {
			reason: "a policy that only warns ends nothing", want: promotion.RuleApproved,
			given: story(policy("hasty", release, lapsing, warns), approvedOnce),
		},
		"Elsewhere": {
			reason: "nor does one of another place", want: promotion.RuleApproved,
			given: story(policy("hasty", release, lapsing, in("staging")), approvedOnce),
		},
		"NoTime": {
			reason: "where nothing is said of it, a request waits", want: promotion.RuleApproved,
			given: story(policy("production", release, func(p *v1alpha1.PromotionPolicySpec) { p.RequestTTLSeconds = 0 }),
				approvedOnce),
		},
		"LetIn": {
			reason: "what was let in in time may be tried again", want: promotion.RuleApproved,
			given: story(short, approvedOnce, letIn(v1alpha1.EntryRuleApproved, 3), atGeneration(3)),
		},
		"Rejected": {
			reason: "a rejection outlives the request", because: append(lapsed, promotion.ReasonRejected),
			given: story(short, asked(alice), rejected(carol)),
		},
		"Return": {
			reason: "what entered may return, whatever was asked for since", want: promotion.RuleRollback,
			given: story(short, enteredOnce(), asked(alice)),
		},
		"Open": {
			reason: "where nobody is asked, an old request is no obstacle", want: promotion.RuleOpen,
			given: story(policy("production", open, lapsing), asked(alice)),
		},
	})
}

// TestLapsedMayNotBeApproved : by the clock alone, before anybody has written so.
func TestLapsedMayNotBeApproved(t *testing.T) {
	c, attempt, approve := deciding(policy("production", needs(1, "release", "release-managers"), lapsing), asked(alice),
		approved(bob))
	const want = "the request has lapsed: policy production gives a request 120m, and it was not let in by " +
		"2026-03-02T12:00:00Z"
	if got := promotion.MayDecide(c, attempt, approve, noon); got != want {
		t.Errorf("got %q", got)
	}
	if got := promotion.MayDecide(c, attempt, approve, noon.Add(-time.Second)); got != "" {
		t.Errorf("a second before: %s", got)
	}
	if next := promotion.NextChange(c, noon.Add(-time.Second)); !next.Equal(noon) {
		t.Errorf("the next change is expected at %s", next)
	}
}

// TestLapsedStandsUntilWritten : so that requests are numbered without a gap, the next is opened only then.
func TestLapsedStandsUntilWritten(t *testing.T) {
	short := policy("production", needs(1, "release", "release-managers"), lapsing)
	if d := promotion.Evaluate(story(short, asked(alice)), noon); d.Request == "" || d.MayRequest() {
		t.Errorf("another may be asked for already: %+v", d)
	}
	written := story(short, asked(alice), stalled(v1alpha1.ReasonLapsed))
	if d := promotion.Evaluate(written, noon); d.Request != "" || !d.MayRequest() {
		t.Errorf("no other may be asked for: %+v", d)
	}
}
