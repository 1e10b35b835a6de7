// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/guards"
)

// policyEntries is the webhook configuration whose entries are what policies gate.
func policyEntries() *unstructured.Unstructured {
	configuration := &unstructured.Unstructured{}
	configuration.SetAPIVersion(guards.Group + "/v1")
	configuration.SetKind("ValidatingWebhookConfiguration")
	configuration.SetName(guards.PolicyEntries)
	return configuration
}

// TestPolicyEntriesRestored: what somebody changes of what policies gate is put back in time, and on record, also where
// it was done while the operator was down.
func TestPolicyEntriesRestored(t *testing.T) {
	s := newShop(t, routing)
	s.awaitAsked(t, true)
	for name, change := range map[string]string{
		"FailsOpen": `{"op":"replace","path":"failurePolicy","value":"Ignore"}`,
		"LooksAway": `{"op":"replace","path":"namespaceSelector","value":{"matchLabels":{"no":"such"}}}`,
		"Exempts":   `{"op":"replace","path":"objectSelector","value":{"matchLabels":{"no":"such"}}}`,
		"NeverAsks": `{"op":"replace","path":"matchConditions","value":[{"name":"never","expression":"false"}]}`,
		"OfNothing": `{"op":"replace","path":"rules/0/resources","value":["none"]}`,
		"NoTime":    `{"op":"replace","path":"timeoutSeconds","value":1}`,
		"Elsewhere": `{"op":"replace","path":"clientConfig/url","value":"https://evil.example.com/gate"}`,
	} {
		t.Run(name, func(t *testing.T) {
			restores(t, policyEntries(), patchingEntry(t, policyEntries(), change), "changed through ")
		})
	}
	t.Run("Trusting", func(t *testing.T) {
		const untrusting = `{"op":"remove","path":"clientConfig/caBundle"}`
		restores(t, policyEntries(), patchingEntry(t, policyEntries(), untrusting), "changed through ")
	})
	emptied := patch(breakGlass(t), policyEntries(), "", `{"webhooks":null}`)
	t.Run("Emptied", func(t *testing.T) {
		restores(t, policyEntries(), emptied, "changed through ")
	})
	t.Run("WhileDown", func(t *testing.T) {
		restores(t, policyEntries(), func(ctx context.Context) error {
			stopOperator(t)
			err := emptied(ctx)
			startOperator(t)
			return err
		}, "changed through ")
	})
}

// TestPolicyEntriesFollow: that they follow the policies is no gap, nor is it one that the operator was down meanwhile.
func TestPolicyEntriesFollow(t *testing.T) {
	s := newShop(t)
	s.awaitAsked(t, false)
	count := len(events(t))
	ungated := func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}}
	}
	for range 3 {
		s.policyIs(t, routing)
		s.awaitAsked(t, true)
		s.policyIs(t, ungated)
		s.awaitAsked(t, false)
	}
	s.policyIs(t, routing)
	s.awaitAsked(t, true)
	stopOperator(t)
	goesThrough(t, "where rules are not sealed in nobody is asked", deleting(breakGlass(t), s.policy()))
	startOperator(t)
	s.awaitAsked(t, false)
	for _, e := range events(t)[count:] {
		if (e.Type == audit.GuardBroken || e.Type == audit.GuardRestored) && e.Object.Name == guards.PolicyEntries {
			t.Errorf("%s, and a policy was changed: %s", e.Type, strings.Join(e.Reasons, "; "))
		}
	}
}
