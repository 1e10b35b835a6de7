// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/workload"
)

// settle looks up, live, what became of a change that the watches have not shown. What is being deleted is waited for.
// Not stored, and nobody can have missed it: it was refused after the gate, and may be tried again. Otherwise the
// approval counts as used: a guess would let the same approval be used twice. Where the generation stays, nobody can
// tell whether what was seen was seen before.
func (r *PromotionRequestReconciler) settle(ctx context.Context, view *requestView) (time.Duration, error) {
	stored, err := r.storedNow(ctx, view.request)
	if err != nil {
		return 0, err
	}
	if view.leaves(stored) {
		return leavingLook, nil
	}
	seen, ok := storedAs(stored, view.request.Spec.Change)
	if seen.at, seen.last = view.now, view.now; ok && view.fits(seen) {
		view.enter(seen)
		return 0, nil
	}
	since := r.watchingSince(view.request.Spec.Change)
	if !view.keepsGeneration() && !since.IsZero() && since.Before(view.request.Status.Admission.Time.Time) {
		view.request.Status.Admission = nil
		return 0, nil
	}
	conditions.On(&view.request.Status.Conditions, view.request.Generation, view.now).Stalled(
		v1alpha1.ReasonNotObserved, "Let in while nobody watched, and not there now. Ask again.")
	return 0, nil
}

// storedAs tells whether what is stored is what the change was to bring about, and as what it would have been seen.
func storedAs(object *unstructured.Unstructured, change v1alpha1.Change) (sighting, bool) {
	if object == nil {
		return sighting{}, change.Operation == v1alpha1.OperationDelete
	}
	if change.Operation == v1alpha1.OperationDelete {
		return sighting{}, false
	}
	resource := resourceOf(change)
	seen := sighting{
		uid:        object.GetUID(),
		generation: workload.Revision(resource, object.GetGeneration(), object.GetResourceVersion()),
	}
	return seen, slices.Contains(digests(v1alpha1.OperationApply, resource, object), any(string(change.Digest)))
}
