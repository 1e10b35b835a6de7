// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/countersign-dev/countersign/internal/gates"
)

// TestWritten: what counts as another state of the entries, and which entries it is about.
func TestWritten(t *testing.T) {
	type entry = admissionregistrationv1.ValidatingWebhook
	entries := func() []entry {
		url := "https://127.0.0.1:1/gate"
		return []entry{
			{Name: "a", FailurePolicy: new(admissionregistrationv1.Fail)},
			{Name: "b", ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: []byte("one")}},
		}
	}
	for name, test := range map[string]struct {
		reason string
		change func([]entry) []entry
		want   []string
	}{
		"Same": {"nothing differs", func(all []entry) []entry { return all }, nil},
		"Order": {"each asks for itself", func(all []entry) []entry {
			slices.Reverse(all)
			return all
		}, nil},
		"Authority": {"whoever issues certificates writes it", func(all []entry) []entry {
			all[1].ClientConfig.CABundle = []byte("two")
			return all
		}, nil},
		"FailsOpen": {"nobody would be asked where nobody answers", func(all []entry) []entry {
			all[0].FailurePolicy = new(admissionregistrationv1.Ignore)
			return all
		}, []string{"a"}},
		"Elsewhere": {"somebody else would answer", func(all []entry) []entry {
			all[1].ClientConfig.URL = new("https://evil.example.com")
			return all
		}, []string{"b"}},
		"Gone": {"nobody would be asked", func([]entry) []entry { return nil }, []string{"a", "b"}},
		"Added": {"it could refuse everything", func(all []entry) []entry {
			return append(all, entry{Name: "c"})
		}, []string{"c"}},
	} {
		t.Run(name, func(t *testing.T) {
			changed := test.change(entries())
			if diff := cmp.Diff(test.want, gates.Differing(entries(), changed)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
			before, err := gates.Sum(entries())
			if err != nil {
				t.Fatal(err)
			}
			after, err := gates.Sum(changed)
			if err != nil {
				t.Fatal(err)
			}
			if (before == after) != (test.want == nil) {
				t.Errorf("%s: the sums are %s and %s", test.reason, before, after)
			}
		})
	}
}
