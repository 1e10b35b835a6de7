// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// PromotionPolicyReconciler keeps the status of PromotionPolicies: what a change needs, where, whether it can be met,
// and whether API servers ask about it. It enforces nothing; the gate reads policies by itself.
type PromotionPolicyReconciler struct {
	Client client.Client
	Clock  clock.PassiveClock
	// Workloads are the kinds of what runs, watched elsewhere and reduced (see Reduce).
	Workloads []evidence.WorkloadKind
	// Kinds tells what keeps custom kinds from being watched.
	Kinds *GatedKinds

	force force
}

// SetupWithManager registers the reconciler.
func (r *PromotionPolicyReconciler) SetupWithManager(mgr ctrl.Manager) error {
	everyPolicy := handler.EnqueueRequestsFromMapFunc(r.everyPolicy)
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.PromotionPolicy{}).
		Watches(&v1alpha1.PipelineRole{}, everyPolicy).
		Watches(&corev1.Namespace{}, everyPolicy).
		Watches(&v1alpha1.Freeze{}, everyPolicy).
		Watches(&corev1.ConfigMap{}, everyPolicy, builder.WithPredicates(isLedger, completing)).
		Watches(&v1alpha1.PromotionRequest{}, everyPolicy, builder.WithPredicates(reviewChanges)).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(r.withUnrecorded),
			builder.WithPredicates(entryChanges)).
		Watches(&admissionregistrationv1.ValidatingWebhookConfiguration{}, everyPolicy).
		Complete(r)
}

// everyPolicy : policies are few, and a role or namespace may matter to any.
func (r *PromotionPolicyReconciler) everyPolicy(ctx context.Context, _ client.Object) []reconcile.Request {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list policies")
		return nil
	}
	requests := make([]reconcile.Request, 0, len(policies.Items))
	for i := range policies.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&policies.Items[i])})
	}
	return requests
}

// Reconcile brings the status of one policy up to date.
func (r *PromotionPolicyReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	var policy v1alpha1.PromotionPolicy
	if err := r.Client.Get(ctx, req.NamespacedName, &policy); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	var roles v1alpha1.PipelineRoleList
	if err := r.Client.List(ctx, &roles); err != nil {
		return reconcile.Result{}, fmt.Errorf("list roles: %w", err)
	}
	var namespaces corev1.NamespaceList
	if err := r.Client.List(ctx, &namespaces, client.HasLabels{v1alpha1.EnvironmentLabel}); err != nil {
		return reconcile.Result{}, fmt.Errorf("list namespaces: %w", err)
	}
	before := policy.Status.DeepCopy()
	again, err := r.observeForce(ctx, &policy)
	if err != nil {
		return reconcile.Result{}, err
	}
	obstacles, err := r.obstacles(ctx, policy)
	if err != nil {
		return reconcile.Result{}, err
	}
	if len(promotion.GatedResources(policy)) > 0 {
		again = soonest(again, kindsWait)
	}
	obstacles.add(unmeetable(policy, roles.Items))
	r.assess(&policy, obstacles, namespaces.Items)
	look, err := r.assessUnrecorded(ctx, &policy, namespaces.Items)
	if err != nil {
		return reconcile.Result{}, err
	}
	next, err := r.assessMoment(ctx, &policy, namespaces.Items)
	if err != nil {
		return reconcile.Result{}, err
	}
	if !equality.Semantic.DeepEqual(before, &policy.Status) {
		err = writeStatus(ctx, r.Client, &policy)
	}
	return reconcile.Result{RequeueAfter: soonest(look, soonest(again, next))}, err
}

func (r *PromotionPolicyReconciler) assess(
	policy *v1alpha1.PromotionPolicy, obstacles obstacles, namespaces []corev1.Namespace,
) {
	status := &policy.Status
	status.ObservedGeneration = policy.Generation
	status.Requirement = promotion.Requirement(*policy)
	status.Namespaces = governed(policy, namespaces)
	set := conditions.On(&status.Conditions, policy.Generation, r.Clock.Now())
	switch {
	case policy.DeletionTimestamp != nil:
		set.Stalled(v1alpha1.ReasonBeingDeleted, beingDeleted(*policy))
	case obstacles.reason != "":
		set.Stalled(obstacles.reason, strings.Join(obstacles.problems, "; "))
	case len(status.GatesInForce) < len(promotion.Gates(*policy)):
		set.NotReady(v1alpha1.ReasonEstablishing, establishing(*policy))
	default:
		set.Ready(v1alpha1.ReasonInForce, "Enforced as written.")
	}
}

// beingDeleted says what becomes of a policy that finalizers keep.
func beingDeleted(policy v1alpha1.PromotionPolicy) string {
	return "Somebody has deleted the policy. It is enforced as written until finalizers " +
		strings.Join(policy.Finalizers, ", ") + " are gone, and while it governs namespaces only the group " +
		"countersign:break-glass takes the last of them away. Kubernetes does not undo a deletion: apply the same policy " +
		"under another name, if it is to stay."
}

// governed counts the namespaces that a policy governs; nil for the one of the rules themselves, which are in none.
func governed(policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace) *int32 {
	if promotion.Has(*policy, v1alpha1.GateRules) {
		return nil
	}
	count := int32(0)
	for i := range namespaces {
		if governs(policy, namespaces[i].Labels) {
			count++
		}
	}
	return &count
}
