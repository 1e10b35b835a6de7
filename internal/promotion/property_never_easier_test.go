// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// easier tells whether a change may enter that could not before.
func easier(before, after promotion.Case, now time.Time) bool {
	return promotion.Evaluate(after, now).Allowed && !promotion.Evaluate(before, noon).Allowed
}

func TestLessApprovalIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for i, attempt := range c.Attempts {
			for j, decision := range attempt.Decisions {
				deleted := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
					beingDeleted(&ds[j])
					return ds
				})
				if easier(c, deleted, noon) {
					t.Errorf("deleting %s lets it in", decision.Name)
				}
				removed := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
					return slices.Delete(ds, j, j+1)
				})
				if decision.Spec.Decision == v1alpha1.DecisionApprove && easier(c, removed, noon) {
					t.Errorf("without approval %s it enters", decision.Name)
				}
			}
		}
	})
}

// withDecisions is the case with other decisions about its i-th attempt.
func withDecisions(c promotion.Case, i int, edit func([]v1alpha1.Approval) []v1alpha1.Approval) promotion.Case {
	c.Attempts = slices.Clone(c.Attempts)
	c.Attempts[i].Decisions = edit(slices.Clone(c.Attempts[i].Decisions))
	return c
}

func TestMorePolicyIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		if len(promotion.Evaluate(c, noon).Policies) == 0 {
			return
		}
		more := tell(c, a.policy("policy-more"))
		more.Policies[len(more.Policies)-1].Spec.Enforcement = v1alpha1.EnforcementEnforce
		if easier(c, more, noon) {
			t.Error("one more enforced policy lets it in")
		}
		if none := tell(c, noPolicy); promotion.Evaluate(none, noon).Allowed {
			t.Error("without a policy it enters")
		}
	})
}

// tightenings are what a policy can ask for beside what it asks already.
var tightenings = []func(*v1alpha1.PromotionPolicySpec){
	pinned,
	func(p *v1alpha1.PromotionPolicySpec) {
		p.Images.Allowed = []v1alpha1.ImageSource{{Registry: "ghcr.io", Repositories: []string{"shop/*"}}}
	},
	func(p *v1alpha1.PromotionPolicySpec) { p.MinimumWaitSeconds = 86400 },
	func(p *v1alpha1.PromotionPolicySpec) { p.ApprovalTTLSeconds = 60 },
	from("All", v1alpha1.PromotionSource{Environment: "staging"}),
	lapsing,
	deletes(v1alpha1.DeletionRequireApproval),
	sessions(v1alpha1.InteractiveDeny),
	closing(morning, evening),
	separatesDeployer,
	oneMore,
	allAtOnce,
}

// allAtOnce : of roles that were enough alone, all have to be held.
func allAtOnce(p *v1alpha1.PromotionPolicySpec) {
	p.Approvals = slices.Clone(p.Approvals)
	for i, rule := range p.Approvals {
		p.Approvals[i].From = v1alpha1.ApproverSource{AllOf: slices.Concat(rule.From.AnyOf, rule.From.AllOf)}
	}
}

// oneMore rule, of the same people as another: new people could count where two are needed.
func oneMore(p *v1alpha1.PromotionPolicySpec) {
	p.Approvals = append(slices.Clone(p.Approvals), v1alpha1.ApprovalRule{Name: "more", From: p.Approvals[0].From})
}

// TestMoreRulesAreNeverEasier : one more rule in one policy.
func TestMoreRulesAreNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for i := range c.Policies {
			for j, tighten := range tightenings {
				tighter := c
				tighter.Policies = slices.Clone(c.Policies)
				tighten(&tighter.Policies[i].Spec)
				if easier(c, tighter, noon) {
					t.Errorf("with tightening %d of %s it enters", j, c.Policies[i].Name)
				}
			}
		}
	})
}

func TestTimeIsNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for _, later := range []time.Duration{time.Second, time.Hour, day, 365 * day} {
			if easier(c, c, noon.Add(later)) {
				t.Errorf("%s later it enters", later)
			}
		}
	})
}

// TestNextChangeIsNotMissed : until the moment that NextChange names, nothing changes.
func TestNextChangeIsNotMissed(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		until := noon.Add(10 * 365 * day)
		if next := promotion.NextChange(c, noon); !next.IsZero() {
			until = next.Add(-time.Nanosecond)
		}
		if diff := cmp.Diff(promotion.Evaluate(c, noon), promotion.Evaluate(c, until)); diff != "" {
			t.Errorf("by %s it is:\n%s", until, diff)
		}
	})
}
