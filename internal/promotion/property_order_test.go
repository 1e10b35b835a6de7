// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestOrderDoesNotCount(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		shuffled := c
		shuffled.Policies, shuffled.Roles = slices.Clone(c.Policies), slices.Clone(c.Roles)
		shuffle(a, shuffled.Policies)
		shuffle(a, shuffled.Roles)
		for i := range shuffled.Roles {
			shuffled.Roles[i].Spec.Members = slices.Clone(shuffled.Roles[i].Spec.Members)
			shuffle(a, shuffled.Roles[i].Spec.Members)
		}
		if diff := cmp.Diff(promotion.Evaluate(c, noon), promotion.Evaluate(shuffled, noon)); diff != "" {
			t.Errorf("policies, roles and members in another order:\n%s", diff)
		}
		for i := range c.Attempts {
			if diff := cmp.Diff(records(c, i), records(shuffled, i)); diff != "" {
				t.Errorf("policies, roles and members in another order:\n%s", diff)
			}
		}
	})
}

func records(c promotion.Case, i int) []v1alpha1.ApprovalRecord {
	return promotion.Records(c, c.Attempts[i], noon)
}

func shuffle[T any](a author, all []T) {
	a.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
}

// TestOrderOfApprovalsDoesNotCount : they keep their numbers. Only a Withdraw has to come after what it takes back.
func TestOrderOfApprovalsDoesNotCount(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		for i := range c.Attempts {
			if slices.ContainsFunc(c.Attempts[i].Decisions, isWithdraw) {
				continue
			}
			shuffled := withDecisions(c, i, func(ds []v1alpha1.Approval) []v1alpha1.Approval {
				shuffle(a, ds)
				return ds
			})
			before, after := promotion.Evaluate(c, noon), promotion.Evaluate(shuffled, noon)
			if diff := cmp.Diff(before.Reasons, after.Reasons); diff != "" || before.Allowed != after.Allowed {
				t.Errorf("allowed %t and %t:\n%s", before.Allowed, after.Allowed, diff)
			}
		}
	})
}

func isWithdraw(d v1alpha1.Approval) bool { return d.Spec.Decision == v1alpha1.DecisionWithdraw }

func TestReasonsAreInOrder(t *testing.T) {
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		d := promotion.Evaluate(c, noon)
		for _, reasons := range [][]promotion.Reason{d.Reasons, d.Unenforced} {
			for i := 1; i < len(reasons); i++ {
				if key(reasons[i-1]) >= key(reasons[i]) {
					t.Errorf("%+v comes before %+v", reasons[i-1], reasons[i])
				}
			}
		}
		signs := []bool{len(d.Reasons) == 0, d.Rule != promotion.RuleNone, d.WaitingFor() == ""}
		if slices.Contains(signs, !d.Allowed) {
			t.Errorf("allowed, or not, with reasons or without: %+v", d)
		}
		if !slices.IsSortedFunc(d.Policies, func(a, b promotion.PolicyResult) int {
			return strings.Compare(a.Policy, b.Policy)
		}) {
			t.Errorf("policies out of order: %+v", d.Policies)
		}
	})
}

func key(r promotion.Reason) string {
	return strings.Join([]string{r.Policy, string(r.Code), r.Detail, r.Needs, r.Command}, "\x00")
}
