// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Deletion writes down, as a request does, what it would be to delete an object that the API server has.
func Deletion(
	resource schema.GroupVersionResource, namespace string, stored map[string]any, orphaning bool,
) (v1alpha1.Change, error) {
	content, err := Content(resource.GroupResource(), stored)
	if err != nil {
		return v1alpha1.Change{}, err
	}
	if orphaning {
		Orphan(content)
	}
	return change(v1alpha1.OperationDelete, resource, namespace, content, stored, stored)
}

// DeletedFreely tells whether anybody may delete a stored object, whatever policies say: a Pod is put back by its
// controller, and what a finished Job ran is over. ../../config/webhook tells API servers the same.
func DeletedFreely(resource schema.GroupResource, stored map[string]any) bool {
	return resource == pods || resource == jobs && finished(stored)
}

// finished tells whether a Job has.
func finished(job map[string]any) bool { return holds(job, "Complete") || holds(job, "Failed") }

var replicationControllers = schema.GroupResource{Resource: "replicationcontrollers"}

// Orphaning tells whether a deletion leaves behind what was made of the object, as API servers decide it: by the
// options, else by a finalizer of the object, else by its kind.
func Orphaning(resource schema.GroupResource, stored map[string]any, options metav1.DeleteOptions) bool {
	if orphan := options.OrphanDependents; orphan != nil { //nolint:staticcheck // API servers still go by it
		return *orphan
	}
	if options.PropagationPolicy != nil {
		return *options.PropagationPolicy == metav1.DeletePropagationOrphan
	}
	for _, finalizer := range (&unstructured.Unstructured{Object: stored}).GetFinalizers() {
		switch finalizer {
		case metav1.FinalizerOrphanDependents:
			return true
		case metav1.FinalizerDeleteDependents:
			return false
		}
	}
	return resource == jobs || resource == replicationControllers
}

// Orphan has the content of a deletion say that it leaves behind what was made of the object, as the API server writes
// that into the object: no other content has finalizers.
func Orphan(content map[string]any) {
	metadata := child(content, "metadata")
	if metadata == nil {
		metadata = map[string]any{}
		content["metadata"] = metadata
	}
	metadata["finalizers"] = []any{metav1.FinalizerOrphanDependents}
}

// Orphans tells whether the content of a deletion says so.
func Orphans(content map[string]any) bool {
	finalizers, _ := child(content, "metadata")["finalizers"].([]any)
	return slices.Contains(finalizers, any(metav1.FinalizerOrphanDependents))
}
