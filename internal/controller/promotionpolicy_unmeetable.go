// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/separation"
)

// unmeetable says why nobody could meet the policy, or use a way around it that it names. It stays in force all the
// same: what it asks for is asked for.
func unmeetable(policy v1alpha1.PromotionPolicy, roles []v1alpha1.PipelineRole) (reason string, problems []string) {
	known := map[v1alpha1.RoleName]v1alpha1.PipelineRole{}
	for _, role := range roles {
		known[v1alpha1.RoleName(role.Name)] = role
	}
	for _, name := range promotion.RolesOf(policy) {
		role, ok := known[name]
		switch {
		case !ok:
			reason = v1alpha1.ReasonRoleNotFound
			problems = append(problems, fmt.Sprintf("PipelineRole %s does not exist; create it, or name another", name))
		case !promotion.Approves(role, policy.Spec.Environment):
			reason = cmp.Or(reason, v1alpha1.ReasonRoleCannotApprove)
			problems = append(problems, fmt.Sprintf("PipelineRole %s has no capability Approve in environment %s; add it",
				name, policy.Spec.Environment))
		}
	}
	for _, rule := range policy.Spec.Approvals {
		if why := conflicting(rule, known); why != "" {
			reason = cmp.Or(reason, v1alpha1.ReasonRolesConflict)
			problems = append(problems, why)
		}
	}
	if absent := absentHolders(policy, known); len(absent) > 0 {
		reason = cmp.Or(reason, v1alpha1.ReasonRoleNotFound)
		problems = append(problems, absent...)
	}
	return reason, problems
}

// absentHolders says which roles do not exist whose members the policy lets declare an emergency, or override its
// windows.
func absentHolders(
	policy v1alpha1.PromotionPolicy, known map[v1alpha1.RoleName]v1alpha1.PipelineRole,
) (problems []string) {
	report := func(field string, source v1alpha1.HolderSource) {
		for _, name := range source.AnyOf {
			if _, ok := known[name]; !ok {
				problems = append(problems, fmt.Sprintf("PipelineRole %s, which %s names, does not exist; create it, or name "+
					"another", name, field))
			}
		}
	}
	if rule := policy.Spec.Emergency; rule != nil {
		report("spec.emergency.from", rule.From)
	}
	if source := policy.Spec.WindowOverride; source != nil {
		report("spec.windowOverride", *source)
	}
	return problems
}

// conflicting says which two of the roles that the rule wants one person to hold nobody may hold together; empty where
// none.
func conflicting(rule v1alpha1.ApprovalRule, known map[v1alpha1.RoleName]v1alpha1.PipelineRole) string {
	for i, a := range rule.From.AllOf {
		for _, b := range rule.From.AllOf[i+1:] {
			first, second := known[a], known[b]
			if separation.Conflict(&first, &second) {
				return fmt.Sprintf("rule %s wants one person to hold both %s and %s, which conflict: nobody may; write a rule "+
					"for each", rule.Name, a, b)
			}
		}
	}
	return ""
}
