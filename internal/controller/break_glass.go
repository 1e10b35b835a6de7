// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/breakglass"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/evidence"
)

// settled is how long the operator has to be up before it ends a gap, or writes down what came in by one: those who
// work in it are not thrown out by an operator that comes and goes, and one that has just come has not seen all kinds.
const settled = 10 * time.Second

// Enlister has what runs in a namespace on its ledger of images. The mode is that of a ledger that is not there yet.
type Enlister interface {
	AddRunning(ctx context.Context, namespace string, mode v1alpha1.LedgerMode) error
}

// BreakGlassReconciler writes down the gaps in the gate that the break-glass group opened, and ends those whose time is
// over. It writes down before it changes the namespace: what happened may be in the trail twice, and never not at all.
type BreakGlassReconciler struct {
	Client client.Client
	// Live reads namespaces past the cache, which may still tell of a gap that is written down.
	Live  client.Reader
	Audit *audit.Log
	Clock clock.PassiveClock
	// Workloads are the kinds of what runs, watched elsewhere and reduced (see Reduce).
	Workloads []evidence.WorkloadKind
	// Kinds are the others that policies gate.
	Kinds *GatedKinds
	// Ledger of images gets what runs in a namespace: the gap that let it in is on record.
	Ledger Enlister
	// Ready says why the operator cannot answer admission, if so. No gap is ended then.
	Ready func(ctx context.Context) error

	up time.Time
	// shut are the gaps that have been seen to be over, by the UID of their namespace.
	shut map[types.UID]shutGap
}

// SetupWithManager registers the reconciler.
func (r *BreakGlassReconciler) SetupWithManager(mgr ctrl.Manager) error {
	broken := predicate.NewPredicateFuncs(func(object client.Object) bool {
		_, there := breakglass.Of(object)
		return there
	})
	return ctrl.NewControllerManagedBy(mgr).
		Named("breakglass").
		For(&corev1.Namespace{}, builder.WithPredicates(broken)).
		Complete(r)
}

// Reconcile looks at one namespace.
func (r *BreakGlassReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	now := r.Clock.Now()
	if r.up.IsZero() {
		r.up = now
	}
	var ns corev1.Namespace
	if err := r.Live.Get(ctx, req.NamespacedName, &ns); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	gap, there := breakglass.Of(&ns)
	switch {
	case !there:
		return reconcile.Result{}, nil
	case !gap.Recorded:
		return reconcile.Result{RequeueAfter: time.Millisecond}, r.recordOpened(ctx, &ns, gap, now)
	}
	if wait := max(r.up.Add(settled).Sub(now), left(gap, now)); wait > 0 {
		return reconcile.Result{RequeueAfter: wait}, nil
	}
	if gap.Open {
		return reconcile.Result{RequeueAfter: time.Millisecond}, r.end(ctx, &ns, now)
	}
	if wait, err := r.settling(ctx, &ns, gap, now); err != nil || wait > 0 {
		return reconcile.Result{RequeueAfter: wait}, err
	}
	return reconcile.Result{}, r.close(ctx, &ns, gap)
}

// left is how much time a gap has.
func left(gap breakglass.Gap, now time.Time) time.Duration {
	if !gap.Open {
		return 0
	}
	return gap.Ends(now).Sub(now)
}

// recordOpened writes down that the gap was opened, and that it did.
func (r *BreakGlassReconciler) recordOpened(
	ctx context.Context, ns *corev1.Namespace, gap breakglass.Gap, now time.Time,
) error {
	event := gapEvent(audit.BreakGlass, ns, gap)
	event.Actor.Username, event.To = gap.By, gap.Until
	change, err := breakglass.Recording(ns, now)
	if err != nil {
		return err
	}
	return r.write(ctx, ns, change, event)
}

// write events down, and then change the namespace; not where one was lost.
func (r *BreakGlassReconciler) write(
	ctx context.Context, ns *corev1.Namespace, change []byte, events ...audit.Event,
) error {
	for _, event := range events {
		r.Audit.Record(event)
	}
	if err := r.Audit.Check(nil); err != nil {
		return fmt.Errorf("write down the gap in the gate of %s: %w", ns.Name, err)
	}
	err := r.Client.Patch(ctx, ns.DeepCopy(), client.RawPatch(types.MergePatchType, change))
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("write what namespace %s says of a gap in its gate: %w", ns.Name, err)
	}
	return nil
}

// gapEvent says what gap it was, and which were before it that nobody was there to write down.
func gapEvent(what audit.Type, ns *corev1.Namespace, gap breakglass.Gap) audit.Event {
	event := audit.Event{
		Type: what, Environment: string(environment.Of(ns.Labels)), Namespace: ns.Name,
		Object: audit.Object{Resource: "namespaces", Name: ns.Name, UID: string(ns.UID)}, From: gap.Since,
		Reasons: []string{gap.String()},
	}
	for _, line := range gap.Before {
		event.Reasons = append(event.Reasons, "before: "+line)
	}
	return event
}
