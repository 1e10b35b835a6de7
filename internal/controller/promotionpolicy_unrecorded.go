// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
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
	// unrecordedPatience is how long what a controller has just made may be shown before what it is made of.
	unrecordedPatience = 15 * time.Second
)

// withUnrecorded are the policies that an entry may concern: one that it puts on record stands in their status, or it
// leaves something behind that has none.
func (r *PromotionPolicyReconciler) withUnrecorded(ctx context.Context, object client.Object) []reconcile.Request {
	entered, ok := object.(*v1alpha1.PromotionRequest)
	if ok && promotion.Orphans(entered.Spec.Change) {
		return r.everyPolicy(ctx, object)
	}
	return slices.DeleteFunc(r.everyPolicy(ctx, object), func(request reconcile.Request) bool {
		var policy v1alpha1.PromotionPolicy
		return r.Client.Get(ctx, request.NamespacedName, &policy) != nil || policy.Status.Unrecorded == nil
	})
}

// assessUnrecorded lists what runs in the namespaces of the policy without a record. What a controller makes from
// another object is as recorded as that. It returns when to look again: soon where the list is new, as what goes with
// its owner may have been seen before it went.
func (r *PromotionPolicyReconciler) assessUnrecorded(
	ctx context.Context, policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace,
) (time.Duration, error) {
	before := policy.Status.Unrecorded
	policy.Status.Unrecorded = nil
	if !promotion.Has(*policy, v1alpha1.GateWorkloads) {
		return unrecordedAge, nil
	}
	governed := slices.DeleteFunc(slices.Clone(namespaces), func(ns corev1.Namespace) bool {
		matches, err := environment.Matches(ns.Labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
			policy.Spec.NamespaceSelector)
		return err != nil || !matches
	})
	look := survey{Client: r.Client, kinds: r.Workloads, now: r.Clock.Now(), patience: unrecordedPatience}
	all, more, err := look.unrecorded(ctx, governed)
	if err != nil {
		return 0, err
	}
	if len(all) > 0 {
		policy.Status.Unrecorded = &v1alpha1.UnrecordedWorkloads{
			Count: int32(min(len(all), 1<<30)), Workloads: all[:min(len(all), mostUnrecorded)],
		}
	}
	if more || !equality.Semantic.DeepEqual(before, policy.Status.Unrecorded) {
		return unrecordedPatience, nil
	}
	return unrecordedAge, nil
}
