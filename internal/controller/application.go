// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/release"
)

// syncLook is how often to look again at a sync that runs.
const syncLook = 2 * time.Second

// ApplicationReconciler asks Argo CD for a sync again that the gate turned away, once all of it may enter: Argo CD does
// not try again by itself. It watches requests, and no Application, so that it does nothing where there is no Argo CD.
type ApplicationReconciler struct {
	Client client.Client
	// Live reads Applications, of which there is no cache.
	Live  client.Reader
	Audit *audit.Log
}

// SetupWithManager registers the reconciler.
func (r *ApplicationReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("application").
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(applicationOf)).
		Complete(r)
}

func applicationOf(_ context.Context, object client.Object) []reconcile.Request {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	application := release.Application(request.Spec.Release)
	if application.Name == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: application}}
}

// Reconcile looks at one Application.
func (r *ApplicationReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	waiting, err := r.waiting(ctx, req.NamespacedName)
	if err != nil || len(waiting) == 0 {
		return reconcile.Result{}, err
	}
	application := argocd.NewApplication()
	err = r.Live.Get(ctx, req.NamespacedName, application)
	if meta.IsNoMatchError(err) {
		return reconcile.Result{}, nil
	}
	if err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	next, err := argocd.Resume(application.Object, waiting)
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not read the last sync, so that it is not resumed")
		return reconcile.Result{}, nil
	}
	if next.Later {
		return reconcile.Result{RequeueAfter: syncLook}, nil
	}
	if next.Operation == nil {
		return reconcile.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: syncLook}, r.resume(ctx, application, next)
}

// waiting are the requests of an Application's release that have not been let in, if one of them may be.
func (r *ApplicationReconciler) waiting(
	ctx context.Context, application types.NamespacedName,
) (waiting []v1alpha1.PromotionRequest, err error) {
	var list v1alpha1.PromotionRequestList
	released := client.MatchingFields{index.RequestByApplication: application.String()}
	if err := r.Client.List(ctx, &list, released, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the requests of %s: %w", application, err)
	}
	ready := false
	for _, request := range list.Items {
		if request.Status.Admission == nil {
			waiting = append(waiting, request)
			ready = ready || meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady)
		}
	}
	if !ready {
		return nil, nil
	}
	return waiting, nil
}

// resume writes the operation, unless the Application has changed since it was read.
func (r *ApplicationReconciler) resume(
	ctx context.Context, application *unstructured.Unstructured, next argocd.Next,
) error {
	patch, err := json.Marshal(map[string]any{
		"metadata":  map[string]any{"resourceVersion": application.GetResourceVersion()},
		"operation": next.Operation,
	})
	if err != nil {
		return fmt.Errorf("write down the operation: %w", err)
	}
	if err := r.Client.Patch(ctx, application, client.RawPatch(types.MergePatchType, patch)); err != nil {
		return fmt.Errorf("resume the sync: %w", err)
	}
	r.Audit.Record(audit.Event{
		Type: audit.SyncResumed, Namespace: application.GetNamespace(),
		Object:  audit.Object{Group: argocd.Application.Group, Resource: "applications", Name: application.GetName()},
		Reasons: []string{"may enter: " + strings.Join(next.Requests, ", ")},
	})
	return nil
}
