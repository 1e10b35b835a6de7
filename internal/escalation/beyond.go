// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// Beyond are the rights in the rules that the ceiling does not hold.
func Beyond(rules, ceiling []rbacv1.PolicyRule) []Right {
	_, uncovered := validation.Covers(ceiling, rules)
	return Rights(uncovered)
}
