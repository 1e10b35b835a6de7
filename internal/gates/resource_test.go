// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/gates"
)

func rollouts(environment v1alpha1.EnvironmentName, statusPaths ...string) v1alpha1.PromotionPolicy {
	policy := policy(environment)
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateResource, Name: "rollouts", Resource: v1alpha1.GatedResource{
		Group: "argoproj.io", Resource: "rollouts", StatusPaths: statusPaths,
	}}}
	return policy
}

// TestResourceWebhooks: whatever is done with a custom kind is asked about where a policy gates it, orders by status
// only where one says at which paths, and each entry fails closed.
func TestResourceWebhooks(t *testing.T) {
	const kinds = ".rollouts.argoproj.io.kinds.countersign.dev"
	for name, test := range map[string]struct {
		reason   string
		policies []v1alpha1.PromotionPolicy
		want     map[string][]string
	}{
		"Once": {
			"no orders", []v1alpha1.PromotionPolicy{rollouts("bank")},
			map[string][]string{kinds[1:]: {"bank"}, "delete" + kinds: {"bank"}, "scale" + kinds: {"bank"}},
		},
		"Twice": {
			"in both environments, orders in one",
			[]v1alpha1.PromotionPolicy{rollouts("shop", ".status.abort"), rollouts("bank")},
			map[string][]string{
				kinds[1:]: {"bank", "shop"}, "delete" + kinds: {"bank", "shop"}, "scale" + kinds: {"bank", "shop"},
				"status" + kinds: {"shop"},
			},
		},
	} {
		got := map[string][]string{}
		for _, entry := range webhooks(t, test.policies...) {
			got[entry.Name] = entry.NamespaceSelector.MatchExpressions[0].Values
			rule := entry.Rules[0]
			if *entry.FailurePolicy != admissionregistrationv1.Fail || len(entry.Rules) != 1 ||
				rule.APIGroups[0] != "argoproj.io" {
				t.Errorf("%s: %s: fails %s, and is about %v", name, entry.Name, *entry.FailurePolicy, entry.Rules)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

// TestOrdersAreAskedAbout at every path that any policy names, quoted.
func TestOrdersAreAskedAbout(t *testing.T) {
	entries := webhooks(t, rollouts("shop", ".status.abort", ".status.a-b.c"), rollouts("bank", ".status.abort"))
	want := "object[?'status'][?'a-b'][?'c'] != oldObject[?'status'][?'a-b'][?'c'] ||\n" +
		"object[?'status'][?'abort'] != oldObject[?'status'][?'abort']"
	if got := entries[len(entries)-1].MatchConditions[0].Expression; got != want {
		t.Errorf("asked is %s\nwant %s", got, want)
	}
}

// TestResourceInForce: a gate is in force when API servers ask about all of it, and other gates do not matter.
func TestResourceInForce(t *testing.T) {
	shop, bank := rollouts("shop", ".status.abort"), rollouts("bank")
	both := []v1alpha1.PromotionPolicy{shop, bank}
	for name, test := range map[string]struct {
		reason string
		stored []admissionregistrationv1.ValidatingWebhook
		want   bool
	}{
		"AsWritten": {"all of it", webhooks(t, both...), true},
		"More":      {"and what others gate", webhooks(t, shop, bank, policy("bank", v1alpha1.GateRouting)), true},
		"Nothing":   {"nobody asks", nil, false},
		"NoOrders":  {"not about orders", webhooks(t, rollouts("shop"), bank), false},
		"Elsewhere": {"not there", webhooks(t, bank), false},
	} {
		got, err := gates.InForce(shop, shop.Spec.Gates[0], both, test.stored)
		if err != nil || got != test.want {
			t.Errorf("%s: %s: got %t, %v", name, test.reason, got, err)
		}
	}
	if got, err := gates.InForce(shop, shop.Spec.Gates[0], nil, webhooks(t, both...)); got || err != nil {
		t.Errorf("it is in force for no policy: %t, %v", got, err)
	}
}

func TestResources(t *testing.T) {
	got := gates.Resources([]v1alpha1.PromotionPolicy{
		rollouts("shop"), policy("bank", v1alpha1.GateRouting), rollouts("bank"),
	})
	if len(got) != 1 || got[0].String() != "rollouts.argoproj.io" {
		t.Errorf("gated are %v", got)
	}
	if diff := cmp.Diff([]string(nil), gates.Environments(nil, v1alpha1.GateRouting), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	normal, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	object = map[string]any{}
	if err := utiljson.Unmarshal(normal, &object); err != nil {
		t.Fatal(err)
	}
	return object
}
