// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// setDefaults fills in what the API server would, so that what is stored can be compared. All else the manifests say
// themselves.
func setDefaults(guard *unstructured.Unstructured) {
	switch guard.GetKind() {
	case "ValidatingAdmissionPolicy":
		if match, found := childOf(childOr(guard.Object, "spec"), "matchConstraints"); found {
			matchDefaults(match)
		}
	case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
		for _, entry := range entries(guard) {
			matchDefaults(entry)
			if _, said := entry["reinvocationPolicy"]; !said && guard.GetKind() == "MutatingWebhookConfiguration" {
				entry["reinvocationPolicy"] = "Never"
			}
		}
	}
}

func matchDefaults(match map[string]any) {
	for _, key := range []string{"namespaceSelector", "objectSelector"} {
		if _, said := match[key]; !said {
			match[key] = map[string]any{}
		}
	}
	if _, said := match["matchPolicy"]; !said {
		match["matchPolicy"] = "Equivalent"
	}
}

// entries of a webhook configuration, to be read and changed.
func entries(guard *unstructured.Unstructured) []map[string]any {
	list, _ := guard.Object["webhooks"].([]any)
	all := make([]map[string]any, 0, len(list))
	for _, each := range list {
		if entry, ok := each.(map[string]any); ok {
			all = append(all, entry)
		}
	}
	return all
}

func childOf(parent map[string]any, key string) (map[string]any, bool) {
	child, ok := parent[key].(map[string]any)
	return child, ok
}

// childOr nothing, where there is none.
func childOr(parent map[string]any, key string) map[string]any {
	child, _ := childOf(parent, key)
	return child
}
