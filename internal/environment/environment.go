// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package environment says which environment a namespace belongs to, and whether an environment's roles and policies
// are meant for it. It is the only place that does: what a role grants and what a policy demands must never disagree
// about a namespace.
package environment

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Of is the environment of a namespace with these labels; empty where it belongs to none.
func Of(namespaceLabels map[string]string) v1alpha1.EnvironmentName {
	return v1alpha1.EnvironmentName(namespaceLabels[v1alpha1.EnvironmentLabel])
}

// Matches tells whether a namespace with these labels belongs to one of the environments and is selected. No selector
// selects every namespace. A selector that cannot be read is an error, and it is for the caller to say which answer
// lets less in.
func Matches(
	namespaceLabels map[string]string, environments []v1alpha1.EnvironmentName, selector *metav1.LabelSelector,
) (bool, error) {
	selected, err := selects(selector, namespaceLabels)
	if err != nil {
		return false, fmt.Errorf("namespaceSelector: %w", err)
	}
	name := Of(namespaceLabels)
	return selected && name != "" && slices.Contains(environments, name), nil
}

// Namespaces are the names of those that match, sorted; none where the selector cannot be read.
func Namespaces(
	namespaces []corev1.Namespace, environments []v1alpha1.EnvironmentName, selector *metav1.LabelSelector,
) ([]string, error) {
	var names []string
	for i := range namespaces {
		matches, err := Matches(namespaces[i].Labels, environments, selector)
		if err != nil {
			return nil, err
		}
		if matches {
			names = append(names, namespaces[i].Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func selects(selector *metav1.LabelSelector, namespaceLabels map[string]string) (bool, error) {
	if selector == nil {
		return true, nil
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, err
	}
	return parsed.Matches(labels.Set(namespaceLabels)), nil
}
