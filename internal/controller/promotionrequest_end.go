// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// observeEnd marks whether what entered is available, and when other content took its place. It returns when to
// look again.
func (r *PromotionRequestReconciler) observeEnd(ctx context.Context, view *requestView) (time.Duration, error) {
	if view.request.Spec.Change.Name == "" {
		return 0, nil
	}
	if r.watchingSince(view.request.Spec.Change).IsZero() {
		return 0, nil // nobody knows; its watch will tell
	}
	stored, err := r.seen(ctx, view.request)
	if err != nil {
		return 0, err
	}
	if view.remains(stored) {
		return r.observeAvailability(ctx, view, stored)
	}
	end := metav1.NewTime(view.now).Rfc3339Copy()
	entry := view.request.Status.Entry
	entry.EndTime = &end
	if entry.Availability != nil && entry.Availability.EndTime == nil {
		entry.Availability.EndTime = &end
	}
	return 0, nil
}

// remains tells whether what entered is in place still. The spec of a Pod goes on changing as it is scheduled: it is in
// place as long as the Pod is, and nothing else has entered it since.
func (v *requestView) remains(stored *unstructured.Unstructured) bool {
	switch {
	case stored == nil || stored.GetDeletionTimestamp() != nil:
		return false
	case resourceOf(v.request.Spec.Change) == (schema.GroupResource{Resource: "pods"}):
		return string(stored.GetUID()) == v.request.Status.Entry.ObjectUID && !slices.ContainsFunc(v.siblings, v.enteredOver)
	}
	return slices.Contains(valuesOf(stored, appliedKey), string(v.request.Spec.Change.Digest))
}

// enteredOver tells whether the other request's content entered the same object after this one's.
func (v *requestView) enteredOver(other v1alpha1.PromotionRequest) bool {
	mine, theirs := v.request.Status, other.Status
	return theirs.Entry != nil && theirs.Entry.ObjectUID == mine.Entry.ObjectUID && theirs.Admission != nil &&
		ptr.Deref(theirs.Admission.ObjectGeneration, 0) > ptr.Deref(mine.Admission.ObjectGeneration, 0)
}
