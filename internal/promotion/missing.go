// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Missing says in numbers what a policy still needs.
type Missing struct {
	Policy string
	// Rule of the policy; empty for the invariant of two people.
	Rule  string
	Count int
	// From says who may give it; of several, any.
	From sources
	// Doubt says why a requester is not one of the two people, or how they become one; empty where there is nothing to
	// say.
	Doubt string
}

// missing lists what the approvals leave open under the policy: places in its rules, and people up to two.
func (h hearing) missing(
	policy v1alpha1.PromotionPolicy, approvals []v1alpha1.Approval, request v1alpha1.PromotionRequest,
) []Missing {
	approvers := make([]v1alpha1.UserReference, 0, len(approvals))
	for _, approval := range approvals {
		approvers = append(approvers, approval.Spec.Approver)
	}
	people := h.Identities.People(approvers)
	empty := quorum(policy.Spec.Approvals, len(people), func(person, rule int) bool {
		return slices.ContainsFunc(people[person], func(i int) bool {
			return h.mayGive(policy.Spec.Approvals[rule].From, approvers[i])
		})
	})
	open, asked := emptyPlaces(policy, empty)
	if more := h.twoPeople(request, approvers) - asked; more > 0 {
		open = append(open, Missing{Policy: policy.Name, Count: more, From: sourcesOf(policy), Doubt: h.doubt(request)})
	}
	return open
}

func emptyPlaces(policy v1alpha1.PromotionPolicy, empty []int) (open []Missing, total int) {
	for i, count := range empty {
		if count > 0 {
			rule := policy.Spec.Approvals[i]
			open = append(open, Missing{Policy: policy.Name, Rule: rule.Name, Count: count, From: sources{rule.From}})
			total += count
		}
	}
	return open, total
}

// String says in words what is missing: "1 approval from release-managers (policy production, rule release)".
func (m Missing) String() string {
	if m.Rule == "" {
		return fmt.Sprintf("%d more from %s (policy %s: two people must stand behind every entry%s)",
			m.Count, m.From, m.Policy, m.doubt())
	}
	return fmt.Sprintf("%s from %s (policy %s, rule %s)", approvalCount(m.Count), m.From, m.Policy, m.Rule)
}

func (m Missing) doubt() string {
	if m.Doubt == "" {
		return ""
	}
	return "; " + m.Doubt
}

func approvalCount(count int) string {
	if count == 1 {
		return "1 approval"
	}
	return fmt.Sprintf("%d approvals", count)
}
