// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
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

// watchingSince is since when the watch that would show the change has been shown everything; zero where there is none.
func (r *PromotionRequestReconciler) watchingSince(change v1alpha1.Change) time.Time {
	resource := resourceOf(change)
	if gate, _ := workload.Gate(resource); gate == v1alpha1.GateWorkloads {
		return r.watching
	}
	return r.Kinds.of(resource).since
}

// seen is the object of a request as its watch shows it, reduced; nil where there is none, or its name is not known.
func (r *PromotionRequestReconciler) seen(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	if kind := r.Kinds.of(resourceOf(request.Spec.Change)).kind; !kind.Empty() {
		return read(ctx, r.Kinds.Cache, kind, request)
	}
	return r.stored(ctx, r.Client, request)
}

// storedNow reads the object of a request past all caches.
func (r *PromotionRequestReconciler) storedNow(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	object, err := r.stored(ctx, r.Live, request)
	if object == nil || err != nil {
		return nil, err
	}
	object.SetNamespace(request.Namespace) // which is that of requests about rules, and they have none
	sealed, err := r.Configuration.Seal(ctx, resourceOf(request.Spec.Change), object.Object)
	return &unstructured.Unstructured{Object: sealed}, err
}

// stored reads the object of a request; nil where there is none, its name is not known, or its kind is not installed.
func (r *PromotionRequestReconciler) stored(
	ctx context.Context, reader client.Reader, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	kind, err := r.Kinds.kindOf(resourceOf(request.Spec.Change))
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the kind of %s: %w", request.Spec.Change.Resource, err)
	}
	return read(ctx, reader, kind, request)
}

func resourceOf(change v1alpha1.Change) schema.GroupResource {
	return schema.GroupResource{Group: change.Group, Resource: change.Resource}
}

func read(
	ctx context.Context, reader client.Reader, kind schema.GroupVersionKind, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	name := request.Spec.Change.Name
	if name == "" {
		return nil, nil
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kind)
	err := reader.Get(ctx, client.ObjectKey{Namespace: request.Namespace, Name: name}, object)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return object, err
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
