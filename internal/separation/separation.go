// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package separation

import (
	"cmp"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Overlap is somebody who holds two conflicting roles.
type Overlap struct {
	// Subject is who: User:name, Group:name or ServiceAccount:namespace/name, as the first of the roles names it.
	Subject string
	// Role is the other role.
	Role v1alpha1.RoleName
}

// Conflict tells whether nobody may hold both roles.
func Conflict(a, b *v1alpha1.PipelineRole) bool {
	return a.Name != b.Name && (slices.Contains(a.Spec.ConflictsWith, v1alpha1.RoleName(b.Name)) ||
		slices.Contains(b.Spec.ConflictsWith, v1alpha1.RoleName(a.Name)))
}

// Overlaps are who the role names that a conflicting role names too, now or later.
func Overlaps(
	people identity.Mapping, role *v1alpha1.PipelineRole, roles []v1alpha1.PipelineRole, now time.Time,
) []Overlap {
	var overlaps []Overlap
	for i := range roles {
		if !Conflict(role, &roles[i]) || roles[i].DeletionTimestamp != nil {
			continue
		}
		for _, subject := range shared(people, role, &roles[i], now) {
			overlaps = append(overlaps, Overlap{Subject: subject, Role: v1alpha1.RoleName(roles[i].Name)})
		}
	}
	slices.SortFunc(overlaps, func(a, b Overlap) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Role, b.Role))
	})
	return slices.Compact(overlaps)
}

func shared(people identity.Mapping, a, b *v1alpha1.PipelineRole, now time.Time) []string {
	var subjects []string
	for _, m := range a.Spec.Members {
		if slices.ContainsFunc(b.Spec.Members, func(n v1alpha1.Member) bool {
			return same(people, m, n) && meet(m, n, now)
		}) {
			subjects = append(subjects, string(m.Kind)+":"+m.Name)
		}
	}
	for _, bot := range a.Spec.Bots {
		if slices.ContainsFunc(b.Spec.Bots, func(other v1alpha1.Bot) bool {
			return bot.Namespace == other.Namespace && bot.Name == other.Name
		}) {
			subjects = append(subjects, "ServiceAccount:"+bot.Namespace+"/"+bot.Name)
		}
	}
	return subjects
}

func same(people identity.Mapping, m, n v1alpha1.Member) bool {
	if m.Kind != n.Kind {
		return false
	}
	if m.Kind == v1alpha1.MemberUser {
		return people.Same(v1alpha1.UserReference{Username: m.Name}, v1alpha1.UserReference{Username: n.Name})
	}
	return m.Name == n.Name
}

// meet tells whether there is a moment, now or later, at which both memberships hold.
func meet(m, n v1alpha1.Member, now time.Time) bool {
	start := now
	for _, member := range []v1alpha1.Member{m, n} {
		if member.StartTime != nil && member.StartTime.After(start) {
			start = member.StartTime.Time
		}
	}
	return m.HoldsAt(start) && n.HoldsAt(start)
}

// Holds tells whether the role names the user now, or a group that the user was last seen in.
func Holds(
	people identity.Mapping, role *v1alpha1.PipelineRole, user v1alpha1.UserReference, now time.Time,
) bool {
	return role.DeletionTimestamp == nil && slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool {
		if !m.HoldsAt(now) {
			return false
		}
		if m.Kind == v1alpha1.MemberGroup {
			return slices.Contains(user.Groups, m.Name)
		}
		return people.Same(v1alpha1.UserReference{Username: m.Name}, user)
	})
}

// OtherHeld is a role that conflicts with this one and that the user holds too, by name or by group; empty where there
// is none, or the user does not hold this one.
func OtherHeld(
	people identity.Mapping, role *v1alpha1.PipelineRole, roles []v1alpha1.PipelineRole, user v1alpha1.UserReference,
	now time.Time,
) v1alpha1.RoleName {
	if !Holds(people, role, user, now) {
		return ""
	}
	for i := range roles {
		if Conflict(role, &roles[i]) && Holds(people, &roles[i], user, now) {
			return v1alpha1.RoleName(roles[i].Name)
		}
	}
	return ""
}
