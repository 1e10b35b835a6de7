// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// sources say who may give an approval; of several, any.
type sources []v1alpha1.ApproverSource

// sourcesOf the rules of a policy: first, together, the roles that are enough alone, and then those that have to be
// held at once.
func sourcesOf(policy v1alpha1.PromotionPolicy) sources {
	alone := v1alpha1.ApproverSource{}
	var all sources
	for _, rule := range policy.Spec.Approvals {
		if len(rule.From.AllOf) > 0 {
			all = append(all, rule.From)
		}
		alone.AnyOf = append(alone.AnyOf, rule.From.AnyOf...)
	}
	slices.Sort(alone.AnyOf)
	alone.AnyOf = slices.Compact(alone.AnyOf)
	if len(alone.AnyOf) > 0 {
		all = slices.Insert(all, 0, alone)
	}
	return all
}

// roles that the sources name.
func (s sources) roles() []v1alpha1.RoleName {
	var roles []v1alpha1.RoleName
	for _, source := range s {
		roles = slices.Concat(roles, source.AnyOf, source.AllOf)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// String follows "from": "release-managers or members of both payments and security".
func (s sources) String() string { return s.list("members of ") }

// list of roles; before those that have to be held at once stands what their holders are called.
func (s sources) list(holders string) string {
	var lists []string
	for _, source := range s {
		for _, role := range source.AnyOf {
			lists = append(lists, string(role))
		}
		if len(source.AllOf) > 0 {
			lists = append(lists, holders+andList(source.AllOf))
		}
	}
	if len(lists) == 0 {
		return "nobody"
	}
	return strings.Join(lists, " or ")
}

func andList(roles []v1alpha1.RoleName) string {
	names := make([]string, 0, len(roles))
	for _, role := range roles {
		names = append(names, string(role))
	}
	if len(names) == 2 {
		return "both " + strings.Join(names, " and ")
	}
	return "all of " + strings.Join(names, ", ")
}

// mayGive tells whether the user may give an approval of the source: as a member of one of its roles, or of all of them
// at once where it asks for that, by one and the same login.
func (h hearing) mayGive(source v1alpha1.ApproverSource, user v1alpha1.UserReference) bool {
	if len(source.AllOf) > 0 {
		return !slices.ContainsFunc(source.AllOf, func(role v1alpha1.RoleName) bool { return !h.approvesBy(role, user) })
	}
	return slices.ContainsFunc(source.AnyOf, func(role v1alpha1.RoleName) bool { return h.approvesBy(role, user) })
}

// mayGiveAny tells whether the user may give an approval for one rule of the policy.
func (h hearing) mayGiveAny(policy v1alpha1.PromotionPolicy, user v1alpha1.UserReference) bool {
	return slices.ContainsFunc(policy.Spec.Approvals, func(rule v1alpha1.ApprovalRule) bool {
		return h.mayGive(rule.From, user)
	})
}
