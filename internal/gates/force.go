// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates

import (
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// InForce tells whether, by the stored entries, API servers ask about the changes of a policy's gate. The policies are
// all that there are, as entries are shared: what others ask for besides is in them too. An entry that cannot be called
// does not let in what it cannot ask about, and counts.
func InForce(
	policy v1alpha1.PromotionPolicy, gate v1alpha1.Gate, policies []v1alpha1.PromotionPolicy,
	stored []admissionregistrationv1.ValidatingWebhook,
) (bool, error) {
	wanted, err := wantedBy(gate, policies)
	if err != nil {
		return false, err
	}
	wanted = slices.DeleteFunc(wanted, func(entry admissionregistrationv1.ValidatingWebhook) bool {
		return !asks(entry, policy.Spec.Environment)
	})
	for _, entry := range wanted {
		if !slices.ContainsFunc(stored, func(other admissionregistrationv1.ValidatingWebhook) bool {
			return asks(other, policy.Spec.Environment) && alike(entry, other)
		}) {
			return false, nil
		}
	}
	return gate.Type == v1alpha1.GateWorkloads || len(wanted) > 0, nil
}

// wantedBy are the entries that a gate asks for; none for what is asked about in any case.
func wantedBy(
	gate v1alpha1.Gate, policies []v1alpha1.PromotionPolicy,
) ([]admissionregistrationv1.ValidatingWebhook, error) {
	switch gate.Type {
	case v1alpha1.GateConfiguration, v1alpha1.GateRouting, v1alpha1.GateRules:
		return entriesOf(gate.Type, policies)
	case v1alpha1.GateResource:
		return resourceEntries(policies, schema.GroupResource{Group: gate.Resource.Group, Resource: gate.Resource.Resource})
	case v1alpha1.GateWorkloads:
	}
	return nil, nil
}

// asks tells whether the entry is about namespaces of the environment, as the operator writes it. One that does not
// leave out those whose glass is broken asks about more, and counts.
func asks(entry admissionregistrationv1.ValidatingWebhook, environment v1alpha1.EnvironmentName) bool {
	selector := entry.NamespaceSelector
	if selector == nil || len(selector.MatchLabels) > 0 || len(selector.MatchExpressions) == 0 {
		return false
	}
	for _, term := range selector.MatchExpressions {
		inEnvironment := term.Key == v1alpha1.EnvironmentLabel && term.Operator == metav1.LabelSelectorOpIn &&
			slices.Contains(term.Values, string(environment))
		unbroken := term.Key == v1alpha1.BreakGlassLabel && term.Operator == metav1.LabelSelectorOpDoesNotExist
		if !inEnvironment && !unbroken {
			return false
		}
	}
	return true
}

// alike tells whether two entries differ in nothing but where they ask, and whom.
func alike(a, b admissionregistrationv1.ValidatingWebhook) bool {
	b.ClientConfig, b.NamespaceSelector = a.ClientConfig, a.NamespaceSelector
	return equality.Semantic.DeepEqual(a, b)
}
