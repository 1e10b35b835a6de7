// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/argocd/api"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// restsAtOnce is how many Applications are asked about at the same time.
const restsAtOnce = 4

// Renderer tells what an Application renders to: Argo CD's API server.
type Renderer interface {
	Manifests(ctx context.Context, application api.Application, revisions ...string) ([]string, error)
}

// RestReconciler asks for the rest of a sync of which the gate turned something away: an API server has told what each
// of its other objects would become, and what of that needs approval is asked for in the name of who is asked for
// already. So a release is approved as a whole, and no wave of it waits for another approval. What comes out wrong, or
// not at all, is turned away and asked for when its turn comes.
type RestReconciler struct {
	Asker

	// Live reads Applications, of which there is no cache.
	Live client.Reader

	asked rests
}

// SetupWithManager registers the reconciler.
func (r *RestReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("application-rest").
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(deliveredBy(release.ArgoCD))).
		WithOptions(controller.Options{MaxConcurrentReconciles: restsAtOnce}).
		Complete(r)
}

// Reconcile looks at one Application.
func (r *RestReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	open, err := r.open(ctx, req.NamespacedName)
	if err != nil {
		return reconcile.Result{}, err
	}
	if len(open) == 0 {
		r.asked.forget(req.NamespacedName)
		return reconcile.Result{}, nil
	}
	application := argocd.NewApplication()
	err = r.Live.Get(ctx, req.NamespacedName, application)
	if meta.IsNoMatchError(err) {
		return reconcile.Result{}, nil
	}
	if err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	rest, err := argocd.RestOf(application.Object, open)
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not read the last sync, so that its rest is not asked for")
		return reconcile.Result{}, nil
	}
	switch {
	case rest.Later:
		return reconcile.Result{RequeueAfter: syncLook}, nil
	case rest.Sync == "":
		return reconcile.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: r.once(ctx, application, rest)}, nil
}

// open are the requests of an Application's release that nothing has entered by yet.
func (r *RestReconciler) open(
	ctx context.Context, application types.NamespacedName,
) (open []v1alpha1.PromotionRequest, err error) {
	var list v1alpha1.PromotionRequestList
	released := releasedBy(release.ArgoCD, application)
	if err := r.Client.List(ctx, &list, released, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the requests of %s: %w", application, err)
	}
	for _, request := range list.Items {
		if request.Status.Admission == nil && !promotion.Ended(promotion.Attempt{Request: request}) {
			open = append(open, request)
		}
	}
	return open, nil
}
