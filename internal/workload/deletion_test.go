// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	got, err := workload.Deletion(resource, "shop", stored, false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOrphaningDeletion: it is another change, and its content says what it is.
func TestOrphaningDeletion(t *testing.T) {
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	stored := map[string]any{
		"metadata": map[string]any{"name": "web", "finalizers": []any{"example.com/hold", "orphan"}},
		"spec":     map[string]any{"paused": true},
	}
	plain, err := workload.Deletion(resource, "shop", stored, false)
	if err != nil {
		t.Fatal(err)
	}
	got, err := workload.Deletion(resource, "shop", stored, true)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"metadata":{"finalizers":["orphan"]},"spec":{"paused":true}}`
	if string(got.Content.Raw) != want || got.Digest == plain.Digest || got.ReplacesDigest != plain.ReplacesDigest {
		t.Errorf("one that orphans: %+v, one that does not: %+v", got, plain)
	}
	content := map[string]any{"spec": map[string]any{}}
	if workload.Orphans(content) {
		t.Error("it does not say so yet")
	}
	if workload.Orphan(content); !workload.Orphans(content) {
		t.Error("it says so now")
	}
	owned := map[string]any{"metadata": map[string]any{"ownerReferences": []any{"a"}}}
	if workload.Orphan(owned); len(owned["metadata"].(map[string]any)) != 2 {
		t.Errorf("who owned it is content as well: %v", owned)
	}
}

// TestOrphaning: it is as API servers decide it.
func TestOrphaning(t *testing.T) {
	deployments := schema.GroupResource{Group: "apps", Resource: "deployments"}
	policy := func(policy metav1.DeletionPropagation) metav1.DeleteOptions {
		return metav1.DeleteOptions{PropagationPolicy: &policy}
	}
	formerly := func(orphan bool) metav1.DeleteOptions {
		return metav1.DeleteOptions{OrphanDependents: &orphan} //nolint:staticcheck // API servers still go by it
	}
	finalized := func(finalizers ...any) map[string]any {
		return map[string]any{"metadata": map[string]any{"finalizers": finalizers}}
	}
	cases := map[string]struct {
		reason   string
		resource schema.GroupResource
		stored   map[string]any
		options  metav1.DeleteOptions
		want     bool
	}{
		"Default":    {"what it made goes too", deployments, nil, metav1.DeleteOptions{}, false},
		"Orphan":     {"the options say so", deployments, nil, policy(metav1.DeletePropagationOrphan), true},
		"Background": {"options come before finalizers", deployments, finalized("orphan"), policy("Background"), false},
		"Foreground": {"as before", deployments, finalized("orphan"), policy("Foreground"), false},
		"Dependents": {"as it was said once", deployments, nil, formerly(true), true},
		"NoOrphans":  {"the opposite", deployments, nil, formerly(false), false},
		"Finalizer":  {"the object says so", deployments, finalized("example.com/a", "orphan"), metav1.DeleteOptions{}, true},
		"Foregrounds": {
			"the object says the opposite", schema.GroupResource{Group: "batch", Resource: "jobs"},
			finalized("foregroundDeletion"), metav1.DeleteOptions{}, false,
		},
		"Job": {"by itself", schema.GroupResource{Group: "batch", Resource: "jobs"}, nil, metav1.DeleteOptions{}, true},
		"Controller": {
			"by itself", schema.GroupResource{Resource: "replicationcontrollers"}, nil, metav1.DeleteOptions{}, true,
		},
		"JobInBackground": {
			"as kubectl asks for it", schema.GroupResource{Group: "batch", Resource: "jobs"}, nil, policy("Background"), false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := workload.Orphaning(tc.resource, tc.stored, tc.options); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
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
