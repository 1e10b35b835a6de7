// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

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

// What the record says, as far as the object does: who only takes something out leaves no name in it.
const (
	throughTest   = "changed through integration.test: "
	unsaid        = "changed, and it does not say through what: "
	beforeItCame  = "changed before the operator came up: "
	trustedByNone = ".caBundle"
)

// TestPolicyEntriesRestored: what somebody changes of what policies gate is put back in time, and on record, in
// whatever order it is done.
func TestPolicyEntriesRestored(t *testing.T) {
	s := newShop(t, routing)
	s.awaitAsked(t, true)
	entries := entryNames(t)
	for name, change := range map[string]string{
		"FailsOpen": `{"op":"replace","path":"failurePolicy","value":"Ignore"}`,
		"LooksAway": `{"op":"replace","path":"namespaceSelector","value":{"matchLabels":{"no":"such"}}}`,
		"Exempts":   `{"op":"replace","path":"objectSelector","value":{"matchLabels":{"no":"such"}}}`,
		"NeverAsks": `{"op":"replace","path":"matchConditions","value":[{"name":"never","expression":"false"}]}`,
		"OfNothing": `{"op":"replace","path":"rules/0/resources","value":["none"]}`,
		"NoTime":    `{"op":"replace","path":"timeoutSeconds","value":1}`,
		"Elsewhere": `{"op":"replace","path":"clientConfig/url","value":"https://evil.example.com/gate"}`,
		"Trusting":  "", // of each entry
	} {
		t.Run(name, func(t *testing.T) {
			if change != "" {
				restores(t, policyEntries(), patchingEntry(t, policyEntries(), change), throughTest+entries[0])
				return
			}
			for i, entry := range entries {
				restores(t, policyEntries(), untrusting(t, i), unsaid+entry+trustedByNone)
			}
		})
	}
	t.Run("TrustingNobody", func(t *testing.T) {
		all := strings.Join(slices.Sorted(slices.Values(entries)), trustedByNone+", ")
		restores(t, policyEntries(), untrusting(t, indices(entries)...), unsaid+all+trustedByNone)
	})
	t.Run("Emptied", func(t *testing.T) {
		restores(t, policyEntries(), emptied(t), unsaid+slices.Min(entries))
	})
}

// TestPolicyEntriesRestoredLater: so is what was done while the operator was down.
func TestPolicyEntriesRestoredLater(t *testing.T) {
	s := newShop(t, routing)
	s.awaitAsked(t, true)
	entries := entryNames(t)
	for name, test := range map[string]struct {
		weaken func(context.Context) error
		want   string
	}{
		"Emptied":  {emptied(t), beforeItCame + slices.Min(entries)},
		"Trusting": {untrusting(t, 1), beforeItCame + entries[1] + trustedByNone},
		"Foreign": {
			patchingEntry(t, policyEntries(), fmt.Sprintf(`{"op":"replace","path":"clientConfig/caBundle","value":%q}`,
				base64.StdEncoding.EncodeToString(foreignAuthority(t)))),
			throughTest + entries[0] + trustedByNone,
		},
	} {
		t.Run(name, func(t *testing.T) {
			restores(t, policyEntries(), func(ctx context.Context) error {
				stopOperator(t)
				err := test.weaken(ctx)
				startOperator(t)
				return err
			}, test.want)
		})
	}
}

// entryNames are the names of the entries, in their order.
func entryNames(t *testing.T) []string {
	t.Helper()
	configuration, err := gatePolicies(t.Context(), admin(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range configuration.Webhooks {
		names = append(names, entry.Name)
	}
	return names
}

func indices(names []string) []int {
	all := make([]int, len(names))
	for i := range all {
		all[i] = i
	}
	return all
}

// untrusting takes the authority out of some entries.
func untrusting(t *testing.T, entries ...int) func(context.Context) error {
	t.Helper()
	var changes []string
	for _, i := range entries {
		changes = append(changes, fmt.Sprintf(`{"op":"remove","path":"/webhooks/%d/clientConfig/caBundle"}`, i))
	}
	c, change := breakGlass(t), client.RawPatch(types.JSONPatchType, []byte("["+strings.Join(changes, ",")+"]"))
	return func(ctx context.Context) error { return c.Patch(ctx, policyEntries(), change) }
}

func emptied(t *testing.T) func(context.Context) error {
	t.Helper()
	return patch(breakGlass(t), policyEntries(), "", `{"webhooks":null}`)
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
		if e.Type == audit.GuardBroken || e.Type == audit.GuardRestored {
			t.Errorf("%s of %s, and a policy was changed: %s", e.Type, e.Object.Name, strings.Join(e.Reasons, "; "))
		}
	}
}
