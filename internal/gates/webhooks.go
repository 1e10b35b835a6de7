// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates

import (
	_ "embed" // the entries
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// timeoutSeconds is how long an API server waits for an answer, as in countersign-gate.
const timeoutSeconds = 5

var (
	//go:embed routing.yaml
	routing []byte
	//go:embed configuration.yaml
	configuration []byte
	//go:embed rules.yaml
	rules []byte
)

// shipped are the entries of the gates that every policy gates alike, by gate, in the order in which they are written.
var shipped = []struct {
	gate v1alpha1.GateType
	text []byte
}{{v1alpha1.GateConfiguration, configuration}, {v1alpha1.GateRouting, routing}, {v1alpha1.GateRules, rules}}

// Environments in which some policy has the gate, sorted.
func Environments(policies []v1alpha1.PromotionPolicy, gate v1alpha1.GateType) []string {
	var environments []string
	for _, policy := range policies {
		if slices.ContainsFunc(promotion.Gates(policy), func(g v1alpha1.Gate) bool { return g.Type == gate }) {
			environments = append(environments, string(policy.Spec.Environment))
		}
	}
	return distinct(environments)
}

// Webhooks are the entries that the policies ask for, called like this; none where nobody gates more than workloads.
func Webhooks(
	policies []v1alpha1.PromotionPolicy, call admissionregistrationv1.WebhookClientConfig,
) ([]admissionregistrationv1.ValidatingWebhook, error) {
	var entries []admissionregistrationv1.ValidatingWebhook
	for _, each := range shipped {
		more, err := entriesOf(each.gate, policies)
		if err != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
	for _, of := range Resources(policies) {
		more, err := resourceEntries(policies, of)
		if err != nil {
			return nil, err
		}
		entries = append(entries, more...)
	}
	for i := range entries {
		entries[i].ClientConfig = *call.DeepCopy()
	}
	return entries, nil
}

// entriesOf a gate; none where nobody has it.
func entriesOf(
	gate v1alpha1.GateType, policies []v1alpha1.PromotionPolicy,
) ([]admissionregistrationv1.ValidatingWebhook, error) {
	environments := Environments(policies, gate)
	if len(environments) == 0 {
		return nil, nil
	}
	var entries []admissionregistrationv1.ValidatingWebhook
	for _, each := range shipped {
		if each.gate != gate {
			continue
		}
		var err error
		if entries, err = parse(each.text); err != nil {
			return nil, fmt.Errorf("read the entries of gate %s: %w", gate, err)
		}
	}
	for i := range entries {
		about(&entries[i], environments)
	}
	return entries, nil
}

// about has an entry ask in the environments, and nowhere else.
func about(entry *admissionregistrationv1.ValidatingWebhook, environments []string) {
	entry.NamespaceSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: v1alpha1.EnvironmentLabel, Operator: metav1.LabelSelectorOpIn, Values: slices.Clone(environments)},
		{Key: v1alpha1.BreakGlassLabel, Operator: metav1.LabelSelectorOpDoesNotExist},
	}}
}

// parse entries as they are shipped, with all that they have in common. Nothing is left to the API server's defaults,
// so that what is stored can be compared.
func parse(text []byte) ([]admissionregistrationv1.ValidatingWebhook, error) {
	var entries []admissionregistrationv1.ValidatingWebhook
	if err := yaml.UnmarshalStrict(text, &entries); err != nil {
		return nil, err
	}
	for i := range entries {
		entry := &entries[i]
		if entry.FailurePolicy == nil {
			entry.FailurePolicy = new(admissionregistrationv1.Fail)
		}
		entry.MatchPolicy = new(admissionregistrationv1.Equivalent)
		entry.SideEffects = new(admissionregistrationv1.SideEffectClassNoneOnDryRun)
		entry.TimeoutSeconds = new(int32(timeoutSeconds))
		entry.AdmissionReviewVersions = []string{"v1"}
		entry.ObjectSelector = &metav1.LabelSelector{}
	}
	return entries, nil
}
