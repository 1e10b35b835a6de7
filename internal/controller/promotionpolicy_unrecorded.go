// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	// mostUnrecorded is how many workloads without a record a status names.
	mostUnrecorded = 32
	// unrecordedAge is how old the list may be: workloads are not watched for it.
	unrecordedAge = 5 * time.Minute
)

// withUnrecorded are the policies that an entry may concern: one that it puts on record stands in their status.
func (r *PromotionPolicyReconciler) withUnrecorded(ctx context.Context, object client.Object) []reconcile.Request {
	return slices.DeleteFunc(r.everyPolicy(ctx, object), func(request reconcile.Request) bool {
		var policy v1alpha1.PromotionPolicy
		return r.Client.Get(ctx, request.NamespacedName, &policy) != nil || policy.Status.Unrecorded == nil
	})
}

// assessUnrecorded lists what runs in the namespaces of the policy without a record. What a controller makes from
// another object is as recorded as that.
func (r *PromotionPolicyReconciler) assessUnrecorded(
	ctx context.Context, policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace,
) error {
	policy.Status.Unrecorded = nil
	gatesWorkloads := func(gate v1alpha1.Gate) bool { return gate.Type == v1alpha1.GateWorkloads }
	if !slices.ContainsFunc(promotion.Gates(*policy), gatesWorkloads) {
		return nil
	}
	governed := map[string]bool{}
	for i := range namespaces {
		matches, err := environment.Matches(namespaces[i].Labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
			policy.Spec.NamespaceSelector)
		governed[namespaces[i].Name] = err == nil && matches
	}
	all, err := unrecorded(ctx, r.Client, r.Workloads, governed)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		policy.Status.Unrecorded = &v1alpha1.UnrecordedWorkloads{
			Count: int32(min(len(all), 1<<30)), Workloads: all[:min(len(all), mostUnrecorded)],
		}
	}
	return nil
}
