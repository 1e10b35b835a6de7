// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// TestStatusPaths are those of all policies of the environment that gate the kind, each once.
func TestStatusPaths(t *testing.T) {
	c := story(policy("second", needs(1, "release", "release-managers")),
		policy("elsewhere", in("staging")), rollout, gatingRollouts)
	if diff := cmp.Diff([]string{".status.abort", ".status.canary"}, promotion.StatusPaths(c)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	for reason, other := range map[string]step{
		"another kind":        changing("experiments", "checkout"),
		"another environment": func(c *promotion.Case) { c.Environment.Name = "bank" },
		"no policy":           noPolicy,
	} {
		if got := promotion.StatusPaths(tell(c, other)); len(got) > 0 {
			t.Errorf("%s: %v", reason, got)
		}
	}
}

// TestReviewIsNoOtherDecision: what bob says of an emergency in other words than a review is none.
func TestReviewIsNoOtherDecision(t *testing.T) {
	c := story(emergencies, asked(alice), emergent(sam, dave), rejected(bob), approved(carol))
	if review, closed := promotion.ReviewOf(c, c.Attempts[0], noon); closed {
		t.Errorf("%s by %s closed the review", review.Spec.Decision, review.Spec.Approver.Username)
	}
}

// TestHoldersReviewWhereNobodyApproves: where somebody approves, it takes one of them.
func TestHoldersReviewWhereNobodyApproves(t *testing.T) {
	const tess = "tess@example.com"
	security := role("security", users(sam, tess))
	for reason, test := range map[string]struct {
		terms step
		want  bool
	}{
		"somebody approves": {also(), false},
		"nobody approves":   {policy("production", open, declarable(v1alpha1.OverdueReport, "security")), true},
	} {
		c := story(emergencies, security, asked(alice), emergent(sam, dave), test.terms, reviewed(tess))
		if _, closed := promotion.ReviewOf(c, c.Attempts[0], noon); closed != test.want {
			t.Errorf("%s: closed: %t", reason, closed)
		}
	}
}

// TestSessionsOfOneEmergency: the first is recorded, for somebody to review; another by the same emergency is not.
func TestSessionsOfOneEmergency(t *testing.T) {
	begin := also(policy("production", needs(1, "release", "release-managers"), sessions(v1alpha1.InteractiveDeny),
		declarable(v1alpha1.OverdueReport, "security")), deployedBy(sam),
		declared(v1alpha1.UserReference{Username: sam}, 600))
	for reason, test := range map[string]struct {
		given step
		want  bool
	}{
		"the first": {begin, true},
		"the next":  {also(begin, asked(sam), emergent(sam, sam)), false},
		"of another": {also(begin, asked(sam), emergent(sam, sam), latest(func(r *v1alpha1.PromotionRequest) {
			r.Status.Admission.Emergency.Name = "emergency-y"
		})), true},
	} {
		decision := promotion.Evaluate(connecting(v1alpha1.InteractiveDeny, test.given), noon)
		if decision.Rule != promotion.RuleEmergency || decision.Recorded() != test.want {
			t.Errorf("%s: by rule %s, recorded: %t", reason, decision.Rule, decision.Recorded())
		}
	}
}

// TestSourceKeys: each workload that a policy looks for elsewhere, once, by the name that it has there.
func TestSourceKeys(t *testing.T) {
	staging := v1alpha1.PromotionSource{Environment: "staging", Workloads: []v1alpha1.WorkloadMapping{
		{Name: "other", SourceName: "wrong"}, {Name: "checkout", SourceName: "shop-checkout"},
	}}
	c := story(policy("plain"), policy("production", from(v1alpha1.SourceMatchAny, staging)),
		policy("again", from(v1alpha1.SourceMatchAny, staging)))
	want := []promotion.SourceKey{{
		Environment: "staging", Group: "apps", Resource: "deployments", Name: "shop-checkout",
	}}
	if diff := cmp.Diff(want, promotion.SourceKeys(c)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestMayOverride: an Override is refused where it would count nowhere, and not for a policy that has no windows.
func TestMayOverride(t *testing.T) {
	shut := policy("production", needs(1, "release", "release-managers"), closing(morning, evening),
		overridable("security"))
	plain := policy("second", needs(1, "release", "release-managers"))
	for reason, test := range map[string]struct {
		given step
		want  string
	}{
		"sam may":           {also(shut, asked(alice), overrode(sam)), ""},
		"under one of them": {also(shut, policy("strict", closing(morning, evening)), asked(alice), overrode(sam)), ""},
		"bob may not": {also(shut, plain, asked(alice), overrode(bob)),
			"bob@example.com is no member of security, which policy production asks"},
		"it has ended": {also(shut, asked(alice), stalled(v1alpha1.ReasonSuperseded), overrode(sam)),
			"the request has ended, and nothing can enter by it any more"},
		"there is no window": {also(plain, asked(alice), overrode(sam)), "no policy has windows here"},
	} {
		c, attempt, override := deciding(test.given)
		override.CreationTimestamp = metav1.Time{} // it is not made yet
		if got := promotion.MayDecide(c, attempt, override, noon); got != test.want {
			t.Errorf("%s: refused because %q, want %q", reason, got, test.want)
		}
	}
}
