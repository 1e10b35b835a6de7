// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// TestDeletion: as the gate has it, it is bound to what is deleted, by the name that it has.
func TestDeletion(t *testing.T) {
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	stored := map[string]any{
		"metadata": map[string]any{"name": "web-bcdfg", "generateName": "web-"},
		"spec":     map[string]any{"paused": true},
	}
	id := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "web-bcdfg"}
	digest := func(operation v1alpha1.ChangeOperation) v1alpha1.Digest {
		got, err := workload.Digest(operation, id, map[string]any{"spec": map[string]any{"paused": true}})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := v1alpha1.Change{
		Operation: v1alpha1.OperationDelete, Group: "apps", Version: "v1", Resource: "deployments", Name: "web-bcdfg",
		Content: apiextensionsv1.JSON{Raw: []byte(`{"spec":{"paused":true}}`)},
		Digest:  digest(v1alpha1.OperationDelete), ReplacesDigest: digest(v1alpha1.OperationApply),
	}
	got, err := workload.Deletion(resource, "shop", stored)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDeletedFreely(t *testing.T) {
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	jobs := schema.GroupResource{Group: "batch", Resource: "jobs"}
	that := func(condition, status string) map[string]any {
		return map[string]any{"status": map[string]any{
			"conditions": []any{map[string]any{"type": condition, "status": status}},
		}}
	}
	cases := map[string]struct {
		reason   string
		resource schema.GroupResource
		stored   map[string]any
		want     bool
	}{
		"Workload": {"it is gone then", deployments, that("Complete", "True"), false},
		"Pod":      {"its controller puts it back", schema.GroupResource{Resource: "pods"}, nil, true},
		"Complete": {"it has run", jobs, that("Complete", "True"), true},
		"Failed":   {"it has run", jobs, that("Failed", "True"), true},
		"Runs":     {"it has not run yet", jobs, that("Complete", "False"), false},
		"Begins":   {"nothing is said of it", jobs, map[string]any{}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := workload.DeletedFreely(tc.resource, tc.stored); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
	}
}
