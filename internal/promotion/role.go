// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Approves tells whether the role gives capability Approve in the environment.
func Approves(role v1alpha1.PipelineRole, environment v1alpha1.EnvironmentName) bool {
	return slices.Contains(role.Spec.Capabilities, v1alpha1.CapabilityApprove) &&
		slices.Contains(role.Spec.Environments, environment)
}

// RolesOf lists the roles that the rules of the policy name.
func RolesOf(policy v1alpha1.PromotionPolicy) []v1alpha1.RoleName {
	var roles []v1alpha1.RoleName
	for _, rule := range policy.Spec.Approvals {
		roles = append(roles, rule.From.AnyOf...)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// holdsAny tells whether the user is now a member of one of the roles, and that role lets members approve here.
func holdsAny(c Case, names []v1alpha1.RoleName, user v1alpha1.UserReference, now time.Time) bool {
	return slices.ContainsFunc(names, func(name v1alpha1.RoleName) bool {
		role, ok := c.approverRole(name)
		return ok && member(role, user, now)
	})
}

// member tells whether the role lists the user by name, or a group that the user was in when last authenticated.
func member(role v1alpha1.PipelineRole, user v1alpha1.UserReference, now time.Time) bool {
	return slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool {
		if m.ExpireTime != nil && !now.Before(m.ExpireTime.Time) {
			return false
		}
		if m.Kind == v1alpha1.MemberGroup {
			return slices.Contains(user.Groups, m.Name)
		}
		return m.Kind == v1alpha1.MemberUser && m.Name == user.Username
	})
}
