// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// SetupWithManager registers the reconciler. The kinds are those of the gated workloads; the manager's cache must
// reduce them (see Reduce).
func (r *PromotionRequestReconciler) SetupWithManager(mgr ctrl.Manager, kinds []evidence.WorkloadKind) error {
	r.sightings = newSightings(r.Clock)
	inNamespace := handler.EnqueueRequestsFromMapFunc(r.openIn)
	watches := ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.PromotionRequest{}).
		WatchesRawSource(source.Func(enqueueStart)).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(r.aboutSameObject)).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(r.promotedOnwards),
			builder.WithPredicates(entryChanges)).
		Watches(&v1alpha1.Approval{}, handler.EnqueueRequestsFromMapFunc(decidedAbout)).
		Watches(&v1alpha1.PromotionPolicy{}, inNamespace).
		Watches(&v1alpha1.PipelineRole{}, inNamespace).
		Watches(&v1alpha1.Freeze{}, inNamespace).
		Watches(&v1alpha1.Emergency{}, inNamespace).
		Watches(&corev1.ConfigMap{}, inNamespace, builder.WithPredicates(predicate.Not(isLedger))).
		Watches(&corev1.Namespace{}, inNamespace)
	for _, kind := range kinds {
		watched := &unstructured.Unstructured{}
		watched.SetGroupVersionKind(kind.Kind)
		watches = watches.Watches(watched, r.sight())
	}
	built, err := watches.Build(r)
	if err != nil {
		return err
	}
	r.watchMore = func(watched client.Object) error {
		return built.Watch(source.Kind(r.Kinds.Cache, watched, r.sightContent()))
	}
	return nil
}

// enqueueStart has Reconcile called, for no request, as soon as the watches have been shown everything.
func enqueueStart(_ context.Context, q queue) error {
	q.Add(reconcile.Request{})
	return nil
}

// sight remembers every state of a workload that the watch shows, and looks at the requests that it concerns.
func (r *PromotionRequestReconciler) sight() handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) {
			r.see(ctx, e.Object, appliedKey, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
			r.see(ctx, e.ObjectNew, appliedKey, q)
			if e.ObjectNew.GetDeletionTimestamp() != nil {
				r.enqueue(ctx, e.ObjectNew, index.RequestByDigest, deletedKey, q)
			}
			if !slices.Equal(valuesOf(e.ObjectOld, appliedKey), valuesOf(e.ObjectNew, appliedKey)) {
				r.enqueue(ctx, e.ObjectNew, index.RequestByObject, objectKey, q)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) {
			r.see(ctx, e.Object, deletedKey, q)
			r.enqueue(ctx, e.Object, index.RequestByObject, objectKey, q)
		},
	}
}

// sightContent does the same for what has no generation to tell one content from the next. Only what changes the
// content is a sight there. Objects of such kinds may be shown long after the requests about them.
func (r *PromotionRequestReconciler) sightContent() handler.EventHandler {
	every := r.sight()
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) {
			every.Create(ctx, e, q)
			r.enqueue(ctx, e.Object, index.RequestByObject, objectKey, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
			if e.ObjectNew.GetDeletionTimestamp() != nil ||
				!slices.Equal(valuesOf(e.ObjectOld, appliedKey), valuesOf(e.ObjectNew, appliedKey)) {
				every.Update(ctx, e, q)
			}
		},
		DeleteFunc: every.Delete,
	}
}

func (r *PromotionRequestReconciler) see(ctx context.Context, object client.Object, digestsKey string, q queue) {
	for _, digest := range valuesOf(object, digestsKey) {
		key := sightingKey{namespace: object.GetNamespace(), digest: v1alpha1.Digest(digest)}
		r.sightings.add(key, object.GetUID(), object.GetGeneration())
	}
	r.enqueue(ctx, object, index.RequestByDigest, digestsKey, q)
}

// enqueue looks at the requests that an index finds by the values of an object.
func (r *PromotionRequestReconciler) enqueue(ctx context.Context, object client.Object, field, key string, q queue) {
	for _, value := range valuesOf(object, key) {
		var requests v1alpha1.PromotionRequestList
		err := r.Client.List(ctx, &requests, client.InNamespace(object.GetNamespace()),
			client.MatchingFields{field: value}, client.UnsafeDisableDeepCopy)
		if err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "Could not list the requests that an object concerns", "by", field)
			return
		}
		for i := range requests.Items {
			q.Add(reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&requests.Items[i])})
		}
	}
}

// decidedAbout is the request that an approval is about.
func decidedAbout(_ context.Context, object client.Object) []reconcile.Request {
	approval, ok := object.(*v1alpha1.Approval)
	if !ok {
		return nil
	}
	return []reconcile.Request{{NamespacedName: client.ObjectKey{
		Namespace: approval.Namespace, Name: approval.Spec.Request.Name,
	}}}
}

// aboutSameObject are the other requests about the object of a request: it may supersede them.
func (r *PromotionRequestReconciler) aboutSameObject(ctx context.Context, object client.Object) []reconcile.Request {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return r.open(ctx, client.InNamespace(request.Namespace),
		client.MatchingFields{index.RequestByObject: index.ObjectKey(request.Spec.Change)})
}

// openIn are the open requests that a policy, role, namespace or mapping of names may matter to: all, as these change
// seldom.
func (r *PromotionRequestReconciler) openIn(ctx context.Context, object client.Object) []reconcile.Request {
	switch object := object.(type) {
	case *corev1.Namespace:
		return r.open(ctx, client.InNamespace(object.Name))
	case *v1alpha1.Emergency:
		return r.open(ctx, client.InNamespace(object.Namespace))
	}
	return r.open(ctx)
}

func (r *PromotionRequestReconciler) open(ctx context.Context, which ...client.ListOption) []reconcile.Request {
	var list v1alpha1.PromotionRequestList
	if err := r.Client.List(ctx, &list, append(which, client.UnsafeDisableDeepCopy)...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list requests")
		return nil
	}
	var requests []reconcile.Request
	for i := range list.Items {
		if !promotion.Ended(promotion.Attempt{Request: list.Items[i]}) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		}
	}
	return requests
}
