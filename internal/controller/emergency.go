// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// keptAfterwards is how long an emergency that is over can still be looked at. What entered by it is recorded in its
// requests.
const keptAfterwards = 7 * 24 * time.Hour

// EmergencyReconciler keeps the status of Emergencies, and removes those that have long been over. It lets nothing in;
// the gate reads emergencies by itself.
type EmergencyReconciler struct {
	Client   client.Client
	Clock    clock.PassiveClock
	Evidence evidence.Reader
}

// SetupWithManager registers the reconciler.
func (r *EmergencyReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.Emergency{}).Complete(r)
}

// Reconcile looks at one emergency.
func (r *EmergencyReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var emergency v1alpha1.Emergency
	if err := r.Client.Get(ctx, req.NamespacedName, &emergency); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	now := r.Clock.Now()
	before := emergency.Status.DeepCopy()
	again, err := r.assess(ctx, &emergency, now)
	if err != nil {
		return reconcile.Result{}, err
	}
	if end := emergency.Status.EndTime; end != nil && now.Sub(end.Time) >= keptAfterwards {
		return reconcile.Result{}, r.remove(ctx, &emergency)
	}
	if !equality.Semantic.DeepEqual(before, &emergency.Status) {
		err = writeStatus(ctx, r.Client, &emergency)
	}
	return reconcile.Result{RequeueAfter: again}, err
}

// assess says whether the emergency lets changes in. It returns when to look again.
func (r *EmergencyReconciler) assess(
	ctx context.Context, emergency *v1alpha1.Emergency, now time.Time,
) (time.Duration, error) {
	c, err := r.Evidence.Rules(ctx, emergency.Namespace)
	if err != nil && !errors.Is(err, evidence.ErrNoEnvironment) {
		return 0, err
	}
	if emergency.Status.EndTime == nil {
		end := metav1.NewTime(promotion.EmergencyEnds(c, *emergency))
		if end.IsZero() {
			end = emergency.CreationTimestamp
		}
		emergency.Status.EndTime = &end
	}
	set := conditions.On(&emergency.Status.Conditions, emergency.Generation, now)
	end := emergency.Status.EndTime
	if now.Before(end.Time) {
		set.Ready(v1alpha1.ReasonDeclared, fmt.Sprintf("%s lets changes in on their own word until %s: %s",
			emergency.Spec.Holder.Username, end.UTC().Format(time.RFC3339), emergency.Spec.Reason))
		return until(end, now), nil
	}
	set.Stalled(v1alpha1.ReasonEnded, "Over since "+end.UTC().Format(time.RFC3339)+".")
	return end.Add(keptAfterwards).Sub(now), nil
}

func (r *EmergencyReconciler) remove(ctx context.Context, emergency *v1alpha1.Emergency) error {
	err := r.Client.Delete(ctx, emergency, client.Preconditions{UID: &emergency.UID})
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("remove emergency %s, which is long over: %w", emergency.Name, err)
	}
	return nil
}

// until is how long it takes to a moment; never for none.
func until(moment *metav1.Time, now time.Time) time.Duration {
	if moment == nil {
		return 0
	}
	return max(moment.Sub(now), time.Millisecond)
}
