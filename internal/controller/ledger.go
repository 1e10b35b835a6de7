// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/ledger/store"
)

// LedgerReconciler keeps the ledger of images of each namespace of an environment: it seeds it, adds what may enter as
// soon as it may, and takes away what nothing names any more. What is let in the gate adds by itself, before it does.
type LedgerReconciler struct {
	Store store.Store
	// Client reads requests, policies, emergencies, and what runs as the watches have it, reduced (see Reduce).
	Client    client.Client
	Workloads []evidence.WorkloadKind
	Clock     clock.PassiveClock
	// WriteTimeout is how long after a change was let in it may still be stored. Before twice that time is over nothing
	// is taken from a ledger: what names it may be on its way.
	WriteTimeout time.Duration

	// idle is since when nothing has named an image, by namespace.
	idle map[string]map[string]time.Time
}

// SetupWithManager registers the reconciler. A ledger has the name of its namespace in the queue.
func (r *LedgerReconciler) SetupWithManager(mgr ctrl.Manager) error {
	r.idle = map[string]map[string]time.Time{}
	ofNamespace := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, object client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: client.ObjectKey{Name: object.GetNamespace()}}}
	})
	return ctrl.NewControllerManagedBy(mgr).
		Named("ledger").
		For(&corev1.Namespace{}).
		Watches(&corev1.ConfigMap{}, ofNamespace, builder.WithPredicates(isLedger)).
		Watches(&v1alpha1.PromotionRequest{}, ofNamespace, builder.WithPredicates(lettingIn)).
		Watches(&v1alpha1.Emergency{}, ofNamespace).
		Watches(&v1alpha1.PromotionPolicy{}, handler.EnqueueRequestsFromMapFunc(r.everyNamespace)).
		Complete(r)
}

// everyNamespace of an environment: policies change seldom.
func (r *LedgerReconciler) everyNamespace(ctx context.Context, _ client.Object) []reconcile.Request {
	var namespaces corev1.NamespaceList
	if err := r.Client.List(ctx, &namespaces, client.HasLabels{v1alpha1.EnvironmentLabel}); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list namespaces")
		return nil
	}
	requests := make([]reconcile.Request, 0, len(namespaces.Items))
	for i := range namespaces.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKey{Name: namespaces.Items[i].Name}})
	}
	return requests
}

// Reconcile brings the ledger of one namespace up to date. The cache may be behind: then the write fails, and the watch
// brings another round.
func (r *LedgerReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var ns corev1.Namespace
	if err := r.Client.Get(ctx, req.NamespacedName, &ns); err != nil {
		delete(r.idle, req.Name)
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	stored, err := r.Store.Read(ctx, ns.Name)
	if err != nil {
		return reconcile.Result{}, err
	}
	if ns.DeletionTimestamp != nil {
		return reconcile.Result{}, nil
	}
	if environment.Of(ns.Labels) == "" {
		return r.remove(ctx, stored)
	}
	again, err := r.keep(ctx, &ns, stored)
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err) {
		return reconcile.Result{RequeueAfter: again}, nil
	}
	return reconcile.Result{RequeueAfter: again}, err
}

// remove the ledger of a namespace that is in no environment, but for one that is made for it to join.
func (r *LedgerReconciler) remove(ctx context.Context, stored *corev1.ConfigMap) (reconcile.Result, error) {
	if stored == nil {
		return reconcile.Result{}, nil
	}
	delete(r.idle, stored.Namespace)
	if wait := stored.CreationTimestamp.Add(r.WriteTimeout).Sub(r.Clock.Now()); wait > 0 {
		return reconcile.Result{RequeueAfter: wait}, nil
	}
	err := r.Client.Delete(ctx, stored, client.Preconditions{UID: &stored.UID})
	if client.IgnoreNotFound(err) != nil {
		return reconcile.Result{}, fmt.Errorf("remove the ledger of images of namespace %s, which is in no environment: %w",
			stored.Namespace, err)
	}
	return reconcile.Result{}, nil
}

// keep the ledger as it should be. It returns when to look again: what runs is not watched for it.
func (r *LedgerReconciler) keep(
	ctx context.Context, ns *corev1.Namespace, stored *corev1.ConfigMap,
) (time.Duration, error) {
	grace := 2 * r.WriteTimeout
	now := r.Clock.Now()
	rule, e, err := r.evidence(ctx, ns, now)
	if err != nil {
		return 0, err
	}
	e.Grace, e.Idle = grace, r.idle[ns.Name]
	if stored != nil {
		e.Listed = ledger.Images(stored.Data)
	}
	if stored != nil && store.Seeded(stored) {
		next := ledger.Next(e)
		r.idle[ns.Name] = next.Idle
		return grace, r.Store.Write(ctx, stored, ns.Name, rule.Mode, next)
	}
	running, err := r.Store.Running(ctx, ns.Name)
	if err != nil {
		return 0, err
	}
	e.Entered = append(e.Entered, running...)
	next := ledger.Next(e)
	r.idle[ns.Name] = next.Idle
	return grace, r.Store.WriteSeeded(ctx, stored, ns.Name, rule.Mode, next, now)
}
