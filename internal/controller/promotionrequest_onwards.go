// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// entryChanges are the changes of a request that may let something into the next environment.
var entryChanges = predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return entryOf(e.Object) != nil },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !equality.Semantic.DeepEqual(entryOf(e.ObjectOld), entryOf(e.ObjectNew))
	},
	DeleteFunc: func(e event.DeleteEvent) bool { return entryOf(e.Object) != nil },
}

func entryOf(object client.Object) *v1alpha1.Entry {
	if request, ok := object.(*v1alpha1.PromotionRequest); ok {
		return request.Status.Entry
	}
	return nil
}

// promotedOnwards are the open requests of the environments that promote from where a request entered.
func (r *PromotionRequestReconciler) promotedOnwards(ctx context.Context, object client.Object) []reconcile.Request {
	entered, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list policies")
		return nil
	}
	onwards := slices.ContainsFunc(policies.Items, func(policy v1alpha1.PromotionPolicy) bool {
		return promotesFrom(policy, entered.Spec.Environment)
	})
	if !onwards {
		return nil
	}
	return r.open(ctx)
}

func promotesFrom(policy v1alpha1.PromotionPolicy, environment v1alpha1.EnvironmentName) bool {
	return policy.Spec.PromotedFrom != nil &&
		slices.ContainsFunc(policy.Spec.PromotedFrom.Sources, func(source v1alpha1.PromotionSource) bool {
			return source.Environment == environment
		})
}
