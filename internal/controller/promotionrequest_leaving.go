// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// leavingLook is how often to look whether an object is gone whose watch has not told that it goes.
const leavingLook = time.Minute

// leaves tells whether the object of the request is on its way out, as its watch shows it. The watch will tell when it
// is gone.
func (r *PromotionRequestReconciler) leaves(ctx context.Context, view *requestView) (bool, error) {
	change := view.request.Spec.Change
	if change.Operation != v1alpha1.OperationDelete || r.watchingSince(change).IsZero() {
		return false, nil
	}
	stored, err := r.seen(ctx, view.request)
	return err == nil && view.leaves(stored), err
}

// leaves notes whether the change is a deletion that has begun, and whose object is there still: finalizers keep it.
func (v *requestView) leaves(stored *unstructured.Unstructured) bool {
	v.leaving = v.request.Spec.Change.Operation == v1alpha1.OperationDelete && stored != nil &&
		stored.GetDeletionTimestamp() != nil
	return v.leaving
}
