// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// pruned asks for the deletion of an object that the sync prunes, where that is needed.
func (a asking) pruned(ctx context.Context, object *unstructured.Unstructured) error {
	resource, _, err := a.judged(ctx, object, v1alpha1.OperationDelete)
	if err != nil || resource.Empty() {
		return err
	}
	stored, err := a.Forecast.Stored(ctx, object)
	if err != nil || stored == nil || !a.pruning.Deletes(stored) ||
		workload.DeletedFreely(resource.GroupResource(), stored.Object) {
		return err
	}
	change, err := workload.Deletion(resource, stored.GetNamespace(), stored.Object, a.pruning.Orphans())
	if err != nil {
		return err
	}
	stored.SetAnnotations(nil) // whom they declare wrote the object, and not that it goes
	return a.forChange(ctx, stored, change, *a.first.Spec.DeepCopy())
}
