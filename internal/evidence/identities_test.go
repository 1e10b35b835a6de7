// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func configMap(data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "countersign-system", Name: IdentitiesName}, Data: data,
	}
}

const joined = "[{person: bob, names: [bob, robert]}]"

func TestIdentities(t *testing.T) {
	for name, test := range map[string]struct {
		reason string
		stored *corev1.ConfigMap
		joins  bool
		// damaged is part of what is wrong; empty where nothing is.
		damaged string
	}{
		"AsShipped": {"without data nothing is joined", configMap(nil), false, ""},
		"Joined":    {"bob is robert", configMap(map[string]string{"people.yaml": joined}), true, ""},
		"Missing":   {"somebody took it away", nil, false, "countersign-system/countersign-identities: it is missing"},
		"OtherKey": {
			"a slip of the pen", configMap(map[string]string{"people.yml": joined}), false, "must have key people.yaml",
		},
		"TwoKeys": {
			"which of them?", configMap(map[string]string{"people.yaml": joined, "more.yaml": joined}), false, "and no other",
		},
		"Binary": {"no text", &corev1.ConfigMap{
			ObjectMeta: configMap(nil).ObjectMeta, BinaryData: map[string][]byte{"people.yaml": []byte(joined)},
		}, false, "must have key people.yaml"},
		"Damaged": {"no YAML", configMap(map[string]string{"people.yaml": "- {"}), false, "people.yaml: it must be a list"},
	} {
		t.Run(name, func(t *testing.T) {
			builder := fake.NewClientBuilder()
			if test.stored != nil {
				builder = builder.WithObjects(test.stored)
			}
			got, err := NewIdentities(builder.Build(), "countersign-system").Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			joins := got.Same(v1alpha1.UserReference{Username: "bob"}, v1alpha1.UserReference{Username: "robert"})
			if joins != test.joins || (got.Damaged != "") != (test.damaged != "") ||
				!strings.Contains(got.Damaged, test.damaged) {
				t.Errorf("%s: joins %t, damaged: %q", test.reason, joins, got.Damaged)
			}
		})
	}
}

// TestIdentitiesChange: what was read once is not kept for longer than it is stored.
func TestIdentitiesChange(t *testing.T) {
	c := fake.NewClientBuilder().WithObjects(configMap(map[string]string{"people.yaml": joined})).Build()
	identities := NewIdentities(c, "countersign-system")
	bob, robert := v1alpha1.UserReference{Username: "bob"}, v1alpha1.UserReference{Username: "robert"}
	check := func(reason string, joins, damaged bool) {
		t.Helper()
		got, err := identities.Read(t.Context())
		if err != nil || got.Same(bob, robert) != joins || (got.Damaged != "") != damaged {
			t.Errorf("%s: %v, joins %t, damaged: %q", reason, err, got.Same(bob, robert), got.Damaged)
		}
	}
	check("bob is robert", true, false)
	var stored corev1.ConfigMap
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(configMap(nil)), &stored); err != nil {
		t.Fatal(err)
	}
	stored.Data["people.yaml"] = "- {"
	if err := c.Update(t.Context(), &stored); err != nil {
		t.Fatal(err)
	}
	check("the last good one is not kept", false, true)
	if err := c.Delete(t.Context(), &stored); err != nil {
		t.Fatal(err)
	}
	check("nor is it when all is gone", false, true)
	if _, err := (*Identities)(nil).Read(t.Context()); err == nil {
		t.Error("a reader that was not set up says that nobody is joined")
	}
}
