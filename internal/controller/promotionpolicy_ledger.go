// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/ledger/store"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// ledgerPatience is how old a namespace may be without that its ledger is missed.
const ledgerPatience = 15 * time.Second

// assessLedgers says in condition LedgersComplete which namespaces of the policy have no ledger of images, or one that
// lacks some. It returns when to look again.
func (r *PromotionPolicyReconciler) assessLedgers(
	ctx context.Context, policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace, now time.Time,
) (again time.Duration, err error) {
	var ledgers corev1.ConfigMapList
	if err := r.Client.List(ctx, &ledgers, client.HasLabels{v1alpha1.LedgerLabel}); err != nil {
		return 0, fmt.Errorf("list ledgers of images: %w", err)
	}
	byNamespace := map[string]*corev1.ConfigMap{}
	for i := range ledgers.Items {
		byNamespace[ledgers.Items[i].Namespace] = &ledgers.Items[i]
	}
	var lacking []string
	if !promotion.Has(*policy, v1alpha1.GateWorkloads) {
		namespaces = nil // it has no say about Pods
	}
	for i := range namespaces {
		ns := &namespaces[i]
		alone := ledger.RuleOf([]v1alpha1.PromotionPolicy{*policy}, ns.Labels, false)
		if !governs(policy, ns.Labels) || alone.Mode == v1alpha1.LedgerOff || ns.DeletionTimestamp != nil {
			continue
		}
		why, wait := whyIncomplete(ns, byNamespace[ns.Name], now)
		again = soonest(again, wait)
		if why != "" {
			lacking = append(lacking, why)
		}
	}
	set := conditions.On(&policy.Status.Conditions, policy.Generation, now)
	if len(lacking) == 0 {
		set.Remove(v1alpha1.ConditionLedgersComplete)
		return again, nil
	}
	set.Set(v1alpha1.ConditionLedgersComplete, false, v1alpha1.ReasonLedgerIncomplete, strings.Join(lacking, " "))
	return again, nil
}

// whyIncomplete says in a sentence what is wrong with the ledger of a namespace; empty where nothing is, or it is too
// soon to say.
func whyIncomplete(ns *corev1.Namespace, stored *corev1.ConfigMap, now time.Time) (string, time.Duration) {
	if stored == nil || !store.Seeded(stored) {
		if wait := ns.CreationTimestamp.Add(ledgerPatience).Sub(now); wait > 0 {
			return "", wait
		}
		return "The ledger of images of namespace " + ns.Name + " is not complete yet; until it is there, no Pod there is " +
			"held against it. If this stays, look at the operator's log.", ledgerPatience
	}
	if count := store.LeftOut(stored); count > 0 {
		return fmt.Sprintf("The ledger of images of namespace %s lacks %d that were let in: it is full, or cannot spell "+
			"them. Their Pods are treated as if nobody had let them in. Remove what is not needed there any more.",
			ns.Name, count), 0
	}
	return "", 0
}
