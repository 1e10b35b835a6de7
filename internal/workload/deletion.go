// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Deletion writes down, as a request does, what it would be to delete an object that the API server has.
func Deletion(
	resource schema.GroupVersionResource, namespace string, stored map[string]any,
) (v1alpha1.Change, error) {
	return change(v1alpha1.OperationDelete, resource, namespace, stored, stored)
}

// DeletedFreely tells whether anybody may delete a stored object, whatever policies say: a Pod is put back by its
// controller, and what a finished Job ran is over. ../../config/webhook tells API servers the same.
func DeletedFreely(resource schema.GroupResource, stored map[string]any) bool {
	return resource == pods || resource == jobs && finished(stored)
}

// finished tells whether a Job has.
func finished(job map[string]any) bool { return holds(job, "Complete") || holds(job, "Failed") }
