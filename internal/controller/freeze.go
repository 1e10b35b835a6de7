// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// FreezeReconciler removes freezes whose time is over. They stop nothing from that moment on, and would be in the way
// of the next.
type FreezeReconciler struct {
	Client client.Client
	Clock  clock.PassiveClock
}

// SetupWithManager registers the reconciler.
func (r *FreezeReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.Freeze{}).Complete(r)
}

// Reconcile looks at one freeze.
func (r *FreezeReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var freeze v1alpha1.Freeze
	if err := r.Client.Get(ctx, req.NamespacedName, &freeze); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if !promotion.FreezeEnded(freeze, r.Clock.Now()) {
		return reconcile.Result{RequeueAfter: until(freeze.Spec.ExpireTime, r.Clock.Now())}, nil
	}
	if err := r.Client.Delete(ctx, &freeze, client.Preconditions{UID: &freeze.UID}); client.IgnoreNotFound(err) != nil {
		return reconcile.Result{}, fmt.Errorf("remove the freeze of %s, which is over: %w", freeze.Name, err)
	}
	return reconcile.Result{}, nil
}
