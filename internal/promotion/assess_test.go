// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestRecords(t *testing.T) {
	strict := policy("strict", needs(1, "review", "security"))
	cases := map[string]struct {
		reason string
		given  promotion.Case
		// want is why each decision does not count; empty where it does.
		want []string
	}{
		"None":   {reason: "nobody decided", given: story(asked(alice))},
		"Counts": {reason: "bob's counts", given: story(asked(alice), approved(bob)), want: []string{""}},
		"Negative": {
			reason: "objections count", want: []string{"", "", "", "it was withdrawn", ""},
			given: story(asked(alice), approved(bob), rejected(carol), revoked(dave), rejected(dave), withdrew(dave, 4)),
		},
		"Withdrawn": {
			reason: "withdrawn, by a decision that counts", want: []string{"it was withdrawn", ""},
			given: story(asked(alice), approved(bob), withdrew(bob, 1)),
		},
		"OtherUID": {
			reason: "of whatever kind", want: []string{"it is about another request", "it is about another request"},
			given: story(asked(alice), approved(bob, ofOldUID), rejected(bob, ofOldUID)),
		},
		"ForOnePolicy": {
			reason: "an approval counts if it does for one policy", want: []string{""},
			given: story(strict, asked(alice), approved(bob)),
		},
		"ForNone": {
			reason: "every policy has its reason, in the order of their names", want: []string{
				"dora@example.com is no member of release-managers, which policy production asks; " +
					"dora@example.com is no member of security, which policy strict asks",
			},
			given: story(strict, asked(alice), approved("dora@example.com")),
		},
		"Alias": {
			reason: "a role is held by the very name, and so is one that conflicts with it",
			want: []string{
				"Bob@example.com is no member of release-managers, which policy production asks",
			},
			given: story(role("release-managers", users(bob)),
				role("developers", users(bob), conflicting("release-managers")), asked(alice), approved("Bob@example.com")),
		},
		"Sources": {
			reason: "each role that could, once, in order", want: []string{
				"zoe@example.com is no member of release-managers or security, which policy production asks",
			},
			given: story(policy("production", needs(1, "b", "security", "release-managers"), needs(1, "a", "release-managers")),
				asked(alice), approved("zoe@example.com")),
		},
		"Conflict": {
			reason: "carol holds two roles that nobody may hold both", want: []string{
				"carol@example.com holds release-managers and developers, which conflict: nobody may hold both",
			},
			given: story(role("developers", users(carol), conflicting("release-managers")), asked(alice), approved(carol)),
		},
		"Objects": {
			reason: "an objection stands, whoever else could have approved", want: []string{""},
			given: story(asked(alice), rejected(alice)),
		},
		"Reviews": {
			reason: "a review by somebody who had a part in it is none", want: []string{
				"dave@example.com carried the change out", "",
			},
			given: story(emergencies, asked(alice), emergent(sam, dave), reviewed(dave), reviewed(bob)),
		},
		"NotWithdrawn": {
			reason: "to name a decision is not to withdraw it", want: []string{"", ""},
			given: story(asked(alice), approved(bob), rejected(bob, func(a *v1alpha1.Approval) {
				a.Spec.Withdraws = promotion.ApprovalName(a.Spec.Request.Name, 1)
			})),
		},
		"Overrides": {
			reason: "an override counts where windows are", want: []string{
				"", "bob@example.com is no member of security, which policy production asks",
			},
			given: story(policy("production", needs(1, "release", "release-managers"), closing(morning, evening),
				overridable("security")), policy("second", needs(1, "release", "release-managers")), asked(alice),
				overrode(sam), overrode(bob)),
		},
		"SameReason": {
			reason: "what all policies say is said once", want: []string{"alice@example.com asked for the change"},
			given: story(strict, asked(alice), approved(alice)),
		},
		"Open": {
			reason: "where nobody is asked, no approval counts", want: []string{"no policy asks for approvals here"},
			given: story(policy("production", open), asked(alice), approved(bob)),
		},
		"NoPolicy": {
			reason: "nor where there is no policy", want: []string{"no policy asks for approvals here"},
			given: story(noPolicy, asked(alice), approved(bob)),
		},
		"OpenBeside": {
			reason: "an open policy beside it changes nothing", want: []string{""},
			given: story(policy("anything", open), asked(alice), approved(bob)),
		},
		"OtherEnvironment": {
			reason: "it says what to do", given: story(asked(alice), approved(bob), latest(toStaging)),
			want: []string{
				"the request is for environment staging, and namespace shop is in production now",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			attempt := tc.given.Attempts[0]
			got := promotion.Records(tc.given, attempt, noon)
			want := []v1alpha1.ApprovalRecord{}
			for i, why := range tc.want {
				decision := attempt.Decisions[i]
				want = append(want, v1alpha1.ApprovalRecord{
					Name: decision.Name, Decision: decision.Spec.Decision, Approver: decision.Spec.Approver.Username,
					Time: decision.CreationTimestamp, NotCounted: why,
				})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func ofOldUID(a *v1alpha1.Approval) { a.Spec.Request.UID = "old" }

// TestStatusFits : what does not fit into a status would keep it from ever being written.
func TestStatusFits(t *testing.T) {
	long := strings.Repeat("ü", 512)
	given := story(policy(strings.Repeat("p", 253), needs(1, "release", "release-managers")), asked(alice), approved(long))
	record := promotion.Records(given, given.Attempts[0], noon)[0]
	if n := utf8.RuneCountInString(record.NotCounted); n != 512 {
		t.Errorf("notCounted has %d characters, want 512", n)
	}
	steps := []step{asked(alice)}
	for range 16 {
		steps = append(steps, rejected(long, saying(strings.Repeat("\a", 1024))))
	}
	if n := utf8.RuneCountInString(promotion.Evaluate(story(steps...), noon).WaitingFor()); n != 4096 {
		t.Errorf("waitingFor has %d characters, want 4096", n)
	}
	var roles []v1alpha1.RoleName
	for range 100 {
		roles = append(roles, v1alpha1.RoleName(strings.Repeat("r", 63)))
	}
	many := story(policy("production", needs(1, "release", roles...)))
	if n := utf8.RuneCountInString(promotion.Requirement(many.Policies[0])); n != 4096 {
		t.Errorf("requirement has %d characters, want 4096", n)
	}
}

func TestNextChange(t *testing.T) {
	threeHours := policy("production", needs(1, "release", "release-managers"),
		func(p *v1alpha1.PromotionPolicySpec) { p.RequestTTLSeconds = 3 * 3600 })
	cases := map[string]struct {
		reason string
		given  promotion.Case
		// want is the time until then; zero is never.
		want time.Duration
	}{
		"Never":    {reason: "nothing runs out", given: story(asked(alice))},
		"Approval": {reason: "the approval runs out", given: story(asked(alice), approved(bob)), want: 23 * time.Hour},
		"Old":      {reason: "it has run out already", given: story(asked(alice), approved(bob, since(day)))},
		"Soonest": {
			reason: "the older approval first", want: 22 * time.Hour,
			given: story(asked(alice), approved(bob), approved(carol, since(2*time.Hour))),
		},
		"ShortestTTL": {
			reason: "the shorter time first", want: time.Minute,
			given: story(policy("hasty", shortTTL), asked(alice), approved(bob, since(0))),
		},
		"OtherPolicy": {
			reason: "what staging says does not count", want: 23 * time.Hour,
			given: story(policy("hasty", shortTTL, in("staging")), asked(alice), approved(bob)),
		},
		"Membership": {
			reason: "a membership runs out", want: time.Hour,
			given: story(role("release-managers", until(bob, noon.Add(time.Hour)))),
		},
		"Window": {
			reason: "the windows close", want: 7 * time.Hour,
			given: story(policy("production", needs(1, "release", "release-managers"), closing(evening, nextMonth))),
		},
		"Freeze":        {reason: "the freeze ends", want: time.Hour, given: story(frozen("1h"))},
		"FreezeForGood": {reason: "it does not end by itself", given: story(frozen(""))},
		"Review":        {reason: "a review is due", want: time.Hour, given: story(unreviewed(-time.Hour))},
		"Lapse":         {reason: "the request lapses", want: time.Hour, given: story(threeHours, asked(alice))},
		"Lapsed": {
			reason: "it has ended already", given: story(threeHours, asked(alice), stalled(v1alpha1.ReasonSuperseded)),
		},
		"LetIn": {
			reason: "what was let in does not lapse",
			given:  story(threeHours, asked(alice), letIn(v1alpha1.EntryRuleApproved, 0)),
		},
		"NotThereYet": {
			reason: "it has not entered staging",
			given: story(policy("production", from(v1alpha1.SourceMatchAll,
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})),
				ranIn("staging", "registry.example.com/checkout"+digestA, func(r *v1alpha1.PromotionRequest) {
					r.Status.Entry = nil
				})),
		},
		"Soak": {
			reason: "it will have run in staging for an hour", want: 30 * time.Minute,
			given: story(policy("production", from(v1alpha1.SourceMatchAll,
				v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600})),
				ranIn("staging", "registry.example.com/checkout"+digestA, available(30*time.Minute, 0))),
		},
		"Rollback":     {reason: "the time for a rollback runs out", given: story(enteredOnce(replaced(6 * day))), want: day},
		"RollbackOver": {reason: "it has run out already", given: story(enteredOnce(replaced(8 * day)))},
		"InPlace":      {reason: "what is in place does not run out", given: story(enteredOnce())},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := promotion.NextChange(tc.given, noon)
			if tc.want == 0 && !got.IsZero() || tc.want != 0 && !got.Equal(noon.Add(tc.want)) {
				t.Errorf("%s: got %s, want in %s", tc.reason, got, tc.want)
			}
		})
	}
}

func shortTTL(p *v1alpha1.PromotionPolicySpec) { p.ApprovalTTLSeconds = 60 }
