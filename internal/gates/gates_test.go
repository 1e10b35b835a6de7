// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/gates"
	"github.com/countersign-dev/countersign/internal/workload"
)

func policy(environment v1alpha1.EnvironmentName, types ...v1alpha1.GateType) v1alpha1.PromotionPolicy {
	policy := v1alpha1.PromotionPolicy{}
	policy.Spec.Environment = environment
	for _, gate := range types {
		policy.Spec.Gates = append(policy.Spec.Gates, v1alpha1.Gate{Type: gate})
	}
	return policy
}

func webhooks(t *testing.T, policies ...v1alpha1.PromotionPolicy) []admissionregistrationv1.ValidatingWebhook {
	t.Helper()
	call := admissionregistrationv1.WebhookClientConfig{URL: new("https://example.com/gate"), CABundle: []byte("ca")}
	entries, err := gates.Webhooks(policies, call)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestWebhooks: only the environments whose policies gate traffic are asked about, and each entry fails closed.
func TestWebhooks(t *testing.T) {
	if got := webhooks(t, policy("staging"), policy("test", v1alpha1.GateWorkloads)); len(got) > 0 {
		t.Errorf("nobody gates traffic, and API servers would ask about it: %v", got)
	}
	got := webhooks(t, policy("staging"), policy("production", v1alpha1.GateWorkloads, v1alpha1.GateRouting),
		policy("bank", v1alpha1.GateRouting), policy("production", v1alpha1.GateRouting))
	want := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: "countersign.dev/environment", Operator: "In", Values: []string{"bank", "production"}},
		{Key: "countersign.dev/break-glass", Operator: "DoesNotExist"},
	}}
	for _, entry := range got {
		if diff := cmp.Diff(want, entry.NamespaceSelector); diff != "" {
			t.Errorf("%s: the namespaces: -want, +got:\n%s", entry.Name, diff)
		}
		if *entry.FailurePolicy != admissionregistrationv1.Fail || string(entry.ClientConfig.CABundle) != "ca" {
			t.Errorf("%s: fails %s, called by %v", entry.Name, *entry.FailurePolicy, entry.ClientConfig)
		}
	}
}

// TestEveryResourceIsAskedAbout: each once, whatever is done with it.
func TestEveryResourceIsAskedAbout(t *testing.T) {
	asked := map[schema.GroupResource][]string{}
	for _, entry := range webhooks(t, policy("production", v1alpha1.GateRouting)) {
		for _, rule := range entry.Rules {
			for _, resource := range rule.Resources {
				of := schema.GroupResource{Group: rule.APIGroups[0], Resource: resource}
				for _, operation := range rule.Operations {
					asked[of] = append(asked[of], string(operation))
				}
			}
		}
	}
	want := map[schema.GroupResource][]string{}
	for _, resource := range workload.Resources(v1alpha1.GateRouting) {
		want[resource] = []string{"CREATE", "UPDATE", "DELETE"}
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("-want, +asked:\n%s", diff)
	}
}

func TestInForce(t *testing.T) {
	for name, test := range map[string]struct {
		reason      string
		environment v1alpha1.EnvironmentName
		change      func([]admissionregistrationv1.ValidatingWebhook) []admissionregistrationv1.ValidatingWebhook
		want        bool
	}{
		"AsWritten": {"API servers ask", "production", untouched, true},
		"Elsewhere": {"not about other environments", "staging", untouched, false},
		"Fewer": {"about a part only", "production",
			func(all []admissionregistrationv1.ValidatingWebhook) []admissionregistrationv1.ValidatingWebhook {
				return all[1:]
			}, false},
		"Open": {"an entry that fails open gates nothing", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.FailurePolicy = new(admissionregistrationv1.Ignore)
			}), false},
		"Narrowed": {"some objects are left out", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
			}), false},
		"Excluded": {"the namespaces are those of others", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.NamespaceSelector.MatchExpressions[0].Operator = metav1.LabelSelectorOpNotIn
			}), false},
		"Inside": {"only where the glass is broken", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.NamespaceSelector.MatchExpressions[1].Operator = metav1.LabelSelectorOpExists
			}), false},
		"Labelled": {"namespaces with another label are left out", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.NamespaceSelector.MatchExpressions[1].Key = "example.com/free"
			}), false},
		"Everywhere": {"also where the glass is broken", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.NamespaceSelector.MatchExpressions = w.NamespaceSelector.MatchExpressions[:1]
			}), true},
		"Uncallable": {"who cannot be called lets nothing in", "production",
			edited(func(w *admissionregistrationv1.ValidatingWebhook) { w.ClientConfig.CABundle = nil }), true},
	} {
		stored := test.change(webhooks(t, policy("production", v1alpha1.GateRouting)))
		asked := policy(test.environment, v1alpha1.GateRouting)
		got, err := gates.InForce(asked, asked.Spec.Gates[0], []v1alpha1.PromotionPolicy{asked}, stored)
		if err != nil || got != test.want {
			t.Errorf("%s: %s: got %t, %v", name, test.reason, got, err)
		}
	}
}

func untouched(all []admissionregistrationv1.ValidatingWebhook) []admissionregistrationv1.ValidatingWebhook {
	return all
}

func edited(
	edit func(*admissionregistrationv1.ValidatingWebhook),
) func([]admissionregistrationv1.ValidatingWebhook) []admissionregistrationv1.ValidatingWebhook {
	return func(all []admissionregistrationv1.ValidatingWebhook) []admissionregistrationv1.ValidatingWebhook {
		all = slices.Clone(all)
		edit(&all[1])
		return all
	}
}

// TestRulesWebhooks : deletions of rules are asked about, and fail closed but for the group that may change the
// installation, which each deletion is asked about by one of the two.
func TestRulesWebhooks(t *testing.T) {
	rules := policy(v1alpha1.RulesEnvironment, v1alpha1.GateRules)
	entries := webhooks(t, rules, policy("production"))
	got := map[string]admissionregistrationv1.FailurePolicyType{}
	for _, entry := range entries {
		got[entry.Name] = *entry.FailurePolicy
		rule := entry.Rules[0]
		if len(entry.Rules) != 1 || len(entry.MatchConditions) != 1 || *rule.Scope != admissionregistrationv1.ClusterScope ||
			!slices.Equal(rule.Resources, []string{"pipelineroles", "promotionpolicies"}) ||
			!slices.Equal(rule.Operations, []admissionregistrationv1.OperationType{admissionregistrationv1.Delete}) {
			t.Errorf("%s asks about %v if %v", entry.Name, entry.Rules, entry.MatchConditions)
		}
	}
	if diff := cmp.Diff(map[string]admissionregistrationv1.FailurePolicyType{
		"delete.rules.countersign.dev": admissionregistrationv1.Fail,
		"glass.rules.countersign.dev":  admissionregistrationv1.Ignore,
	}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if entries[0].MatchConditions[0].Expression != "!("+entries[1].MatchConditions[0].Expression+")" {
		t.Errorf("somebody is asked about by both, or by none: %v", entries)
	}
	all := []v1alpha1.PromotionPolicy{rules}
	if told, err := gates.InForce(rules, rules.Spec.Gates[0], all, entries[:1]); told || err != nil {
		t.Errorf("in force with half of it: %t, %v", told, err)
	}
	if told, err := gates.InForce(rules, rules.Spec.Gates[0], all, entries); !told || err != nil {
		t.Errorf("not in force: %t, %v", told, err)
	}
}
