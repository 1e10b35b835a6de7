// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/gates"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	// installedGate is the configuration that asks about workloads, and workloadsEntry its entry that tells how to call
	// the gate.
	installedGate  = "countersign-gate"
	workloadsEntry = "workloads.gate.countersign.dev"
	// StampConfiguration is the one that writes who asks into what they send.
	StampConfiguration = "countersign-stamp"
	// GatePolicies is the configuration whose entries are what policies gate besides. It is installed empty.
	GatePolicies = "countersign-gate-policies"
)

// ConfigurationLabels are on the webhook configurations of Countersign. The cache knows them by these.
var ConfigurationLabels = map[string]string{
	"app.kubernetes.io/name": "countersign", "app.kubernetes.io/component": "webhook",
}

// GateReconciler has API servers ask about what policies gate besides workloads, and has it watched. It reads live what
// it writes, so that it takes nothing back that somebody else has written since. What somebody else has changed of it
// goes on record.
type GateReconciler struct {
	Client client.Client
	Live   client.Reader
	Kinds  *GatedKinds
	Gaps   *GuardGaps
	// AuthoritiesKept : the operator issues the certificates itself, and keeps whom entries trust.
	AuthoritiesKept bool

	// written is the sum of the entries as they were last seen to be right; empty where that is not known.
	written string
}

// SetupWithManager registers the reconciler. All it is told of is one thing to do.
func (r *GateReconciler) SetupWithManager(mgr ctrl.Manager) error {
	once := handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: client.ObjectKey{Name: GatePolicies}}}
	})
	return ctrl.NewControllerManagedBy(mgr).
		Named("gates").
		Watches(&admissionregistrationv1.ValidatingWebhookConfiguration{}, once).
		Watches(&v1alpha1.PromotionPolicy{}, once, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Complete(r)
}

const (
	// kindsWait is how often to look for kinds that have been installed since. No event will tell.
	kindsWait = 10 * time.Second
	// kindsSoon is how often to look whether what is watched has been shown, and what could not be watched can.
	kindsSoon = time.Second
)

// Reconcile brings about what the policies gate.
func (r *GateReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return reconcile.Result{}, fmt.Errorf("list policies: %w", err)
	}
	if err := r.configure(ctx, policies.Items); err != nil {
		return reconcile.Result{}, err
	}
	resources := watchedFor(policies.Items)
	if len(resources) == 0 {
		return reconcile.Result{}, nil
	}
	all, err := r.Kinds.Watch(ctx, resources)
	if err != nil {
		return reconcile.Result{}, err
	}
	if !all {
		return reconcile.Result{RequeueAfter: kindsSoon}, nil
	}
	return reconcile.Result{RequeueAfter: kindsWait}, nil
}

// watchedFor are the kinds, besides workloads, that policies gate and whose objects are watched.
func watchedFor(policies []v1alpha1.PromotionPolicy) []schema.GroupResource {
	resources := gates.Resources(policies)
	if len(gates.Environments(policies, v1alpha1.GateRouting)) > 0 {
		resources = append(resources, workload.Resources(v1alpha1.GateRouting)...)
	}
	return resources
}
