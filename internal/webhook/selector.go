// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

const (
	// mostTerms is how many labels and expressions a namespaceSelector may have, and mostValues how many values one
	// expression. It is matched against every namespace, and its type has no bounds.
	mostTerms  = 16
	mostValues = 64
)

// checkSelector bounds the namespaceSelector of a role or policy.
func checkSelector(object *unstructured.Unstructured) error {
	labels, _, err := unstructured.NestedMap(object.Object, "spec", "namespaceSelector", "matchLabels")
	if err != nil {
		return refuse("spec.namespaceSelector.matchLabels: %v", err)
	}
	expressions, _, err := unstructured.NestedSlice(object.Object, "spec", "namespaceSelector", "matchExpressions")
	if err != nil {
		return refuse("spec.namespaceSelector.matchExpressions: %v", err)
	}
	if terms := len(labels) + len(expressions); terms > mostTerms {
		return refuse("spec.namespaceSelector: must not have more than %d terms, has %d", mostTerms, terms)
	}
	for i, expression := range expressions {
		fields, ok := expression.(map[string]any)
		if !ok {
			return refuse("spec.namespaceSelector.matchExpressions[%d]: must be an object", i)
		}
		if values, ok := fields["values"].([]any); ok && len(values) > mostValues {
			return refuse("spec.namespaceSelector.matchExpressions[%d].values: must not be more than %d, are %d",
				i, mostValues, len(values))
		}
	}
	return nil
}
