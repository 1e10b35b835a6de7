// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// missing lists what the approvals leave open under the policy: places in its rules, and people up to two.
func missing(
	c Case, policy v1alpha1.PromotionPolicy, approvals []v1alpha1.Approval, requester v1alpha1.UserReference, now time.Time,
) []Missing {
	approvers := make([]v1alpha1.UserReference, 0, len(approvals))
	for _, approval := range approvals {
		approvers = append(approvers, approval.Spec.Approver)
	}
	people := identity.People(approvers)
	empty := quorum(policy.Spec.Approvals, len(people), func(person, rule int) bool {
		return slices.ContainsFunc(people[person], func(i int) bool {
			return holdsAny(c, policy.Spec.Approvals[rule].From.AnyOf, approvers[i], now)
		})
	})
	open, asked := emptyPlaces(policy, empty)
	if more := twoPeople(c.directory(), requester, approvers) - asked; more > 0 {
		open = append(open, Missing{Policy: policy.Name, Count: more, Roles: RolesOf(policy)})
	}
	return open
}

func emptyPlaces(policy v1alpha1.PromotionPolicy, empty []int) (open []Missing, total int) {
	for i, count := range empty {
		if count > 0 {
			rule := policy.Spec.Approvals[i]
			open = append(open, Missing{Policy: policy.Name, Rule: rule.Name, Count: count, Roles: rule.From.AnyOf})
			total += count
		}
	}
	return open, total
}

// twoPeople is the invariant that no policy can loosen: behind every approved entry there are at least two different
// verified people among its requester and its approvers. It returns how many are still needed. A requester who is not
// a verified person stands for nobody, and who is both requester and approver is one.
func twoPeople(directory identity.Directory, requester v1alpha1.UserReference, approvers []v1alpha1.UserReference) int {
	var people []v1alpha1.UserReference
	for _, user := range append([]v1alpha1.UserReference{requester}, approvers...) {
		if directory.IsPerson(user.Username) {
			people = append(people, user)
		}
	}
	return max(0, 2-len(identity.People(people)))
}

// String says in words what is missing: "1 approval from release-managers (policy production, rule release)".
func (m Missing) String() string {
	why := "policy " + m.Policy + ", rule " + m.Rule
	if m.Rule == "" {
		why = "a bot asked, and two people must stand behind every entry"
	}
	return fmt.Sprintf("%s from %s (%s)", approvalCount(m.Count), orList(m.Roles), why)
}

func approvalCount(count int) string {
	if count == 1 {
		return "1 approval"
	}
	return fmt.Sprintf("%d approvals", count)
}

func orList(roles []v1alpha1.RoleName) string {
	names := make([]string, 0, len(roles))
	for _, role := range roles {
		names = append(names, string(role))
	}
	return strings.Join(names, " or ")
}
