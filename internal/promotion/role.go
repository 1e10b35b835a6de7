// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/separation"
)

// Approves tells whether the role gives capability Approve in the environment.
func Approves(role v1alpha1.PipelineRole, environment v1alpha1.EnvironmentName) bool {
	return slices.Contains(role.Spec.Capabilities, v1alpha1.CapabilityApprove) &&
		slices.Contains(role.Spec.Environments, environment)
}

// RolesOf lists the roles that the rules of the policy name.
func RolesOf(policy v1alpha1.PromotionPolicy) []v1alpha1.RoleName { return sourcesOf(policy).roles() }

// role of the name, and whether there is one.
func (c Case) role(name v1alpha1.RoleName) (v1alpha1.PipelineRole, bool) {
	for _, role := range c.Roles {
		if role.Name == string(name) {
			return role, true
		}
	}
	return v1alpha1.PipelineRole{}, false
}

// approvesHere tells whether the role gives capability Approve in the namespace of the case. A selector that cannot be
// read selects nothing, and a role that is being deleted gives nothing.
func (c Case) approvesHere(role v1alpha1.PipelineRole) bool {
	matches, err := environment.Matches(c.Environment.Labels, role.Spec.Environments, role.Spec.NamespaceSelector)
	return err == nil && matches && role.DeletionTimestamp == nil && Approves(role, c.Environment.Name)
}

// holdsAny tells whether the user is now a member of one of the roles, and that role lets members approve here.
func (h hearing) holdsAny(names []v1alpha1.RoleName, user v1alpha1.UserReference) bool {
	return slices.ContainsFunc(names, func(name v1alpha1.RoleName) bool { return h.holds(name, user) })
}

func (h hearing) holds(name v1alpha1.RoleName, user v1alpha1.UserReference) bool {
	role, ok := h.role(name)
	return ok && h.approvesHere(role) && h.isMember(role, user)
}

// approvesBy tells whether the user holds the role, and none that conflicts with it. Only an approval asks for that:
// nobody is kept from objecting by being put into another role.
func (h hearing) approvesBy(name v1alpha1.RoleName, user v1alpha1.UserReference) bool {
	role, ok := h.role(name)
	return ok && h.holds(name, user) && h.otherHeld(role, user) == ""
}

// whyConflicted says which two of the roles the user holds that nobody may hold together; empty where none. Who holds
// both approves by neither.
func (h hearing) whyConflicted(names []v1alpha1.RoleName, user v1alpha1.UserReference) string {
	for _, name := range names {
		if role, ok := h.role(name); ok && h.isMember(role, user) {
			if other := h.otherHeld(role, user); other != "" {
				return fmt.Sprintf("holds %s and %s, which conflict: nobody may hold both", role.Name, other)
			}
		}
	}
	return ""
}

func (h hearing) otherHeld(role v1alpha1.PipelineRole, user v1alpha1.UserReference) v1alpha1.RoleName {
	return separation.OtherHeld(h.Identities.Mapping, &role, h.Roles, user, h.now)
}

// isMember tells whether the role lists the user by name, or a group that the user was in when last authenticated.
func (h hearing) isMember(role v1alpha1.PipelineRole, user v1alpha1.UserReference) bool {
	return slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool {
		switch {
		case !m.HoldsAt(h.now):
			return false
		case m.Kind == v1alpha1.MemberGroup:
			return slices.Contains(user.Groups, m.Name)
		default:
			return m.Kind == v1alpha1.MemberUser && m.Name == user.Username
		}
	})
}
