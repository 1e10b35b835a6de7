// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// gateLook is how often to look whether a sync still waits, and whether it can be asked for by now.
const gateLook = 10 * time.Second

// Deliveries tells how objects came.
type Deliveries interface {
	// Delivered is how an object came that a user made: of which release, of which Application, by which sync; nil for
	// what is not known for sure.
	Delivered(ctx context.Context, by v1alpha1.UserReference, object release.Object) (
		*v1alpha1.Release, *unstructured.Unstructured, *promotion.Sync)
}

// Authors tells who wrote what a sync of an Application brings. An error says why there may be others.
type Authors interface {
	Of(ctx context.Context, name types.NamespacedName, application map[string]any) ([]v1alpha1.Author, error)
}

// ReleaseGateReconciler has ReleaseGates wait: it asks for what the sync brings, and says whether that may enter. It
// lets nothing in. Whatever goes wrong, the gate does not become Ready. What it has said in the end it does not take
// back: each sync makes a gate anew.
type ReleaseGateReconciler struct {
	Client client.Client
	// Asker asks for what the sync brings, and Authors who wrote that; nil where there is no Argo CD to ask.
	Asker      *Asker
	Authors    Authors
	Deliveries Deliveries
	Clock      clock.PassiveClock
}

// SetupWithManager registers the reconciler.
func (r *ReleaseGateReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.ReleaseGate{}).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(r.waitingFor)).
		WithOptions(controller.Options{MaxConcurrentReconciles: restsAtOnce}).
		Complete(r)
}

// waitingFor are the gates that wait for a request.
func (r *ReleaseGateReconciler) waitingFor(ctx context.Context, request client.Object) (all []reconcile.Request) {
	var gates v1alpha1.ReleaseGateList
	if err := r.Client.List(ctx, &gates, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list what waits for a request; it looks by itself")
		return nil
	}
	this := v1alpha1.SyncRequest{Namespace: request.GetNamespace(), Name: request.GetName()}
	for i := range gates.Items {
		if gate := &gates.Items[i]; !decided(*gate) && slices.Contains(gate.Status.Requests, this) {
			all = append(all, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(gate)})
		}
	}
	return all
}

// decided : nothing more becomes of the gate.
func decided(gate v1alpha1.ReleaseGate) bool {
	return meta.IsStatusConditionTrue(gate.Status.Conditions, v1alpha1.ConditionReady) ||
		meta.IsStatusConditionTrue(gate.Status.Conditions, v1alpha1.ConditionStalled)
}

// Reconcile looks at one gate.
func (r *ReleaseGateReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var gate v1alpha1.ReleaseGate
	if err := r.Client.Get(ctx, req.NamespacedName, &gate); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if decided(gate) || !gate.DeletionTimestamp.IsZero() {
		return reconcile.Result{}, nil
	}
	before := gate.Status.DeepCopy()
	again, err := r.look(ctx, &gate)
	if err != nil {
		return reconcile.Result{}, fmt.Errorf("look what the gate holds: %w", err)
	}
	if !equality.Semantic.DeepEqual(before, &gate.Status) {
		err = writeStatus(ctx, r.Client, &gate)
	}
	return reconcile.Result{RequeueAfter: again}, err
}
