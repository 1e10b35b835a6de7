// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// Common are the rules that cover what both rules cover: the first where the others hold all of them.
func Common(rules, others []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	beyond := Beyond(rules, others)
	if len(beyond) == 0 {
		return rules
	}
	var common []rbacv1.PolicyRule
	for _, right := range Rights(rules) {
		if slices.Contains(beyond, right) {
			continue
		}
		rule := rbacv1.PolicyRule{
			APIGroups: []string{right.Group}, Resources: []string{right.Resource}, Verbs: []string{right.Verb},
		}
		if right.Name != "" {
			rule.ResourceNames = []string{right.Name}
		}
		common = append(common, rule)
	}
	return common
}

// Beyond are the rights in the rules that the ceiling does not hold.
func Beyond(rules, ceiling []rbacv1.PolicyRule) []Right {
	_, uncovered := validation.Covers(ceiling, rules)
	return Rights(uncovered)
}
