// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestAddData(t *testing.T) {
	cases := map[string]struct {
		reason string
		kind   string
		want   map[string]string
	}{
		"ConfigMap": {
			reason: "What is there stays.",
			kind:   "ConfigMap", want: map[string]string{"old": "b2xk", "new": "new"},
		},
		"Secret": {
			reason: "A Secret holds base64.",
			kind:   "Secret", want: map[string]string{"old": "b2xk", "new": "bmV3"},
		},
		"Another": {
			reason: "What has the same name and no data is left alone.",
			kind:   "Deployment", want: map[string]string{"old": "b2xk"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := &unstructured.Unstructured{Object: map[string]any{
				"kind": tc.kind, "data": map[string]any{"old": "b2xk"},
			}}
			if err := addData(object, map[string]string{"new": "new"}); err != nil {
				t.Fatal(err)
			}
			got, _, err := unstructured.NestedStringMap(object.Object, "data")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNamespaced(t *testing.T) {
	for kind, want := range map[string]bool{
		"Role": true, "Secret": true, "ClusterRole": false, "ClusterRoleBinding": false, "CustomResourceDefinition": false,
	} {
		object := &unstructured.Unstructured{Object: map[string]any{"kind": kind}}
		if got := namespaced(object); got != want {
			t.Errorf("a %s is namespaced: %t, want %t", kind, got, want)
		}
	}
}
