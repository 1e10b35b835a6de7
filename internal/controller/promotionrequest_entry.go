// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// observe marks entry and end of the request's content by what the watches have shown. It returns when to look again.
// What has counted as used without having been seen never enters: what is seen later came by a later request.
func (r *PromotionRequestReconciler) observe(ctx context.Context, view *requestView) (time.Duration, error) {
	status := &view.request.Status
	switch {
	case !stores(view.request.Spec.Change):
		view.observeAdmission()
		return 0, nil
	case status.Entry != nil && status.Entry.EndTime == nil && unwatched(view.request.Spec.Change):
		return r.lookWhetherItStays(ctx, view)
	case status.Entry != nil && status.Entry.EndTime == nil:
		return r.observeEnd(ctx, view)
	case status.Admission == nil && mayBaseline(view):
		return 0, r.baseline(ctx, view)
	case status.Entry != nil || status.Admission == nil || promotion.Unobserved(view.c.Attempts[view.at]):
		return 0, nil
	}
	if unwatched(view.request.Spec.Change) {
		return r.lookUp(ctx, view)
	}
	if seen, ok := r.sightings.find(keyOf(view.request), view.fits); ok {
		view.enter(seen)
		return 0, nil
	}
	if leaves, err := r.leaves(ctx, view); err != nil || leaves {
		return 0, err
	}
	if age := view.now.Sub(status.Admission.Time.Time); age < r.WriteTimeout {
		return r.WriteTimeout - age, nil
	}
	return r.settle(ctx, view)
}

// mayBaseline tells whether the request puts on record what its watch shows.
func mayBaseline(view *requestView) bool {
	return !unwatched(view.request.Spec.Change) && promotion.MayBaseline(view.asLatest(), view.now)
}

// stores tells whether the change leaves something behind to be seen: a session does not, and what becomes of an order
// is its controller's to say.
func stores(change v1alpha1.Change) bool {
	return change.Operation != v1alpha1.OperationConnect && change.Operation != v1alpha1.OperationOrder
}

// observeAdmission marks what leaves nothing behind as entered when it was let in: that is all there is to see.
// Sessions that were approved leave the request as it is; one that an emergency opened does not.
func (v *requestView) observeAdmission() {
	status := &v.request.Status
	if status.Admission != nil && status.Entry == nil {
		status.Entry = &v1alpha1.Entry{Time: status.Admission.Time, EndTime: &status.Admission.Time}
	}
}

func keyOf(request *v1alpha1.PromotionRequest) sightingKey {
	return sightingKey{namespace: request.Namespace, digest: request.Spec.Change.Digest}
}

// fits tells whether a sighting is of the write that was let in: of a later generation of the object than was there
// before, or of an object that no earlier request for the same content brought in. What has no generation is not
// changed, only made (see the gate). What was looked up, and is not there, is gone. Where the generation stays it
// is of a state that was seen since.
func (v *requestView) fits(seen sighting) bool {
	if v.keepsGeneration() {
		return !seen.last.Before(v.request.Status.Admission.Time.Time)
	}
	before := v.request.Status.Admission.ObjectGeneration
	if v.request.Spec.Change.Operation == v1alpha1.OperationApply && before != nil {
		return seen.generation > *before
	}
	return !slices.ContainsFunc(v.c.Attempts[:v.at], func(earlier promotion.Attempt) bool {
		entry := earlier.Request.Status.Entry
		return entry != nil && seen.uid != "" && entry.ObjectUID == string(seen.uid)
	})
}

// keepsGeneration tells whether the generation of the object tells nothing of what was let in.
func (v *requestView) keepsGeneration() bool {
	return v.request.Status.Admission.ObjectResourceVersion != ""
}

func (v *requestView) enter(seen sighting) {
	v.request.Status.Entry = &v1alpha1.Entry{Time: metav1.NewTime(seen.at).Rfc3339Copy(), ObjectUID: string(seen.uid)}
	if v.request.Spec.Change.Operation == v1alpha1.OperationDelete {
		v.request.Status.Entry.EndTime = &v.request.Status.Entry.Time
	}
}
