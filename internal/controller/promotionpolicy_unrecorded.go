// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/index"
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
	var all []string
	for _, kind := range r.Workloads {
		found, err := r.unrecorded(ctx, kind, governed)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	if len(all) > 0 {
		slices.Sort(all)
		policy.Status.Unrecorded = &v1alpha1.UnrecordedWorkloads{
			Count: int32(min(len(all), 1<<30)), Workloads: all[:min(len(all), mostUnrecorded)],
		}
	}
	return nil
}

// unrecorded objects of one kind.
func (r *PromotionPolicyReconciler) unrecorded(
	ctx context.Context, kind WorkloadKind, governed map[string]bool,
) ([]string, error) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.Kind)
	if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Resource, err)
	}
	var names []string
	for i := range list.Items {
		object := &list.Items[i]
		if !governed[object.GetNamespace()] || object.Object[ownedKey] == true || object.GetDeletionTimestamp() != nil {
			continue
		}
		recorded, err := r.recorded(ctx, object)
		if err != nil {
			return nil, err
		}
		if !recorded {
			names = append(names, object.GetNamespace()+"/"+kind.Resource+"/"+object.GetName())
		}
	}
	return names, nil
}

// recorded tells whether a request says how what the object runs entered.
func (r *PromotionPolicyReconciler) recorded(ctx context.Context, object *unstructured.Unstructured) (bool, error) {
	for _, by := range []struct{ field, key string }{
		{index.RequestByDigest, appliedKey}, {index.RequestByObject, objectKey},
	} {
		for _, value := range valuesOf(object, by.key) {
			var requests v1alpha1.PromotionRequestList
			err := r.Client.List(ctx, &requests, client.InNamespace(object.GetNamespace()),
				client.MatchingFields{by.field: value}, client.UnsafeDisableDeepCopy)
			if err != nil {
				return false, fmt.Errorf("list the records of %s: %w", object.GetName(), err)
			}
			inPlace := func(request v1alpha1.PromotionRequest) bool {
				entry := request.Status.Entry
				return entry != nil && entry.EndTime == nil && entry.ObjectUID == string(object.GetUID())
			}
			if slices.ContainsFunc(requests.Items, inPlace) {
				return true, nil
			}
		}
	}
	return false, nil
}
