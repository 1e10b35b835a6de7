// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// isLedger tells ledgers from other ConfigMaps.
var isLedger = predicate.NewPredicateFuncs(func(object client.Object) bool {
	return object.GetName() == v1alpha1.LedgerName
})

// completing are the events by which a ledger may become complete, or cease to be.
var completing = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !maps.Equal(e.ObjectOld.GetAnnotations(), e.ObjectNew.GetAnnotations())
	},
}

// lettingIn are the events by which what a request lets in may change.
var lettingIn = predicate.Funcs{
	UpdateFunc: func(e event.UpdateEvent) bool {
		before, ok := e.ObjectOld.(*v1alpha1.PromotionRequest)
		after, still := e.ObjectNew.(*v1alpha1.PromotionRequest)
		return !ok || !still || !equality.Semantic.DeepEqual(lets(before), lets(after))
	},
}

// lets is what of a request the ledger depends on.
func lets(request *v1alpha1.PromotionRequest) any {
	status := request.Status
	stalled := ""
	if condition := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionStalled); condition != nil {
		stalled = condition.Reason
	}
	return []any{
		status.Admission, status.Entry, meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady), stalled,
	}
}

// evidence reads what the ledger of a namespace depends on, but for what is stored of it.
func (r *LedgerReconciler) evidence(
	ctx context.Context, ns *corev1.Namespace, now time.Time,
) (ledger.Rule, ledger.Evidence, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies); err != nil {
		return ledger.Rule{}, ledger.Evidence{}, fmt.Errorf("list policies: %w", err)
	}
	var emergencies v1alpha1.EmergencyList
	if err := r.Client.List(ctx, &emergencies, client.InNamespace(ns.Name)); err != nil {
		return ledger.Rule{}, ledger.Evidence{}, fmt.Errorf("list emergencies: %w", err)
	}
	rule := ledger.RuleOf(policies.Items, ns.Labels, anyDeclared(emergencies.Items))
	var requests v1alpha1.PromotionRequestList
	if err := r.Client.List(ctx, &requests, client.InNamespace(ns.Name), client.UnsafeDisableDeepCopy); err != nil {
		return ledger.Rule{}, ledger.Evidence{}, fmt.Errorf("list requests: %w", err)
	}
	live, err := r.live(ctx, ns.Name)
	entered := append(ledger.Entered(requests.Items, rule, now), rule.Injected...)
	return rule, ledger.Evidence{Entered: entered, Live: live, Now: now}, err
}

// anyDeclared tells whether one of the emergencies lets changes in. When it ends, its status says so.
func anyDeclared(emergencies []v1alpha1.Emergency) bool {
	for i := range emergencies {
		if meta.IsStatusConditionTrue(emergencies[i].Status.Conditions, v1alpha1.ConditionReady) {
			return true
		}
	}
	return false
}

// live are the images that anything in the namespace names, as the watches have it.
func (r *LedgerReconciler) live(ctx context.Context, namespace string) ([]string, error) {
	var images []string
	for _, kind := range r.Workloads {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind.Kind)
		if err := r.Client.List(ctx, list, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind.Resource, err)
		}
		for i := range list.Items {
			images = append(images, valuesOf(&list.Items[i], imagesKey)...)
		}
	}
	return images, nil
}
