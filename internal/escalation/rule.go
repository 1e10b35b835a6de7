// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// What no rule may name, as in the schema of v1alpha1.Rule.
var (
	verbs = []v1alpha1.Verb{
		"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection",
	}
	guardedGroups = []string{
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io",
		"authorization.k8s.io", "certificates.k8s.io", "countersign.dev", "rbac.authorization.k8s.io",
	}
	guardedResources = []string{"serviceaccounts/token", "nodes/proxy", "pods/proxy", "services/proxy"}
)

// Forbidden says what in a rule no rule may give, and in which field; empty where nothing is.
func Forbidden(rule v1alpha1.Rule) string {
	for _, verb := range rule.Verbs {
		if !slices.Contains(verbs, verb) {
			return fmt.Sprintf("verbs: must not have %q; the verbs of a rule are those that read and write", verb)
		}
	}
	for _, group := range rule.APIGroups {
		if slices.Contains(guardedGroups, group) || strings.Contains(group, "*") {
			return fmt.Sprintf("apiGroups: must not have %q: a rule neither has wildcards nor gives what grants rights", group)
		}
	}
	for _, resource := range rule.Resources {
		if slices.Contains(guardedResources, resource) || strings.Contains(resource, "*") {
			return fmt.Sprintf("resources: must not have %q: a rule neither has wildcards nor gives what grants rights",
				resource)
		}
	}
	return ""
}

// Most is how many single rights the rules of a role may come to.
const Most = 1000

// Count is how many single rights rules come to, by multiplication: to write them out may take more memory than there
// is.
func Count(rules []v1alpha1.Rule) int {
	count := 0
	for _, rule := range rules {
		count += len(rule.APIGroups) * len(rule.Resources) * len(rule.Verbs) * max(1, len(rule.ResourceNames))
	}
	return count
}

// Permitted are the rules as RBAC writes them, without those that are forbidden.
func Permitted(rules []v1alpha1.Rule) []rbacv1.PolicyRule {
	var permitted []rbacv1.PolicyRule
	for _, rule := range rules {
		if Forbidden(rule) == "" {
			permitted = append(permitted, policyRule(rule))
		}
	}
	return permitted
}

func policyRule(rule v1alpha1.Rule) rbacv1.PolicyRule {
	written := rbacv1.PolicyRule{
		APIGroups: slices.Sorted(slices.Values(rule.APIGroups)), Resources: slices.Sorted(slices.Values(rule.Resources)),
		ResourceNames: slices.Sorted(slices.Values(rule.ResourceNames)),
	}
	for _, verb := range slices.Sorted(slices.Values(rule.Verbs)) {
		written.Verbs = append(written.Verbs, string(verb))
	}
	return written
}

// Unenforced says of a rule with names what RBAC does not hold to these names; empty where all is.
func Unenforced(rule v1alpha1.Rule) string {
	if len(rule.ResourceNames) == 0 {
		return ""
	}
	var says []string
	for _, verb := range rule.Verbs {
		switch verb {
		case "create", "deletecollection":
			says = append(says, string(verb)+" is never allowed by a rule with resourceNames, since the API server does not "+
				"know the name yet: give it in a rule without")
		case "list", "watch":
			says = append(says, string(verb)+" is allowed only where the client asks for one of the names "+
				"(--field-selector metadata.name=…)")
		}
	}
	return strings.Join(says, "; ")
}
