// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	// ReadConfiguration is the ClusterRole by which the operator reads ConfigMaps and Secrets.
	ReadConfiguration = "countersign-read-configuration"
	// Forecast is the ClusterRole by which it has API servers try what a sync would store.
	Forecast = "countersign-forecast"
)

// ConfigurationRead tells whether what ConfigMaps and Secrets hold counts in a namespace: a policy has gate
// Configuration there. A selector that cannot be read selects everything.
func ConfigurationRead(reader client.Reader) func(ctx context.Context, namespace corev1.Namespace) (bool, error) {
	return func(ctx context.Context, namespace corev1.Namespace) (bool, error) {
		var policies v1alpha1.PromotionPolicyList
		if err := reader.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
			return false, fmt.Errorf("list policies: %w", err)
		}
		return slices.ContainsFunc(policies.Items, func(policy v1alpha1.PromotionPolicy) bool {
			matches, err := environment.Matches(namespace.Labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
				policy.Spec.NamespaceSelector)
			unreadable := err != nil && namespace.Labels[v1alpha1.EnvironmentLabel] == string(policy.Spec.Environment)
			return (matches || unreadable) && promotion.Has(policy, v1alpha1.GateConfiguration)
		}), nil
	}
}

// Forecasts tells whether what syncs would store is tried in a namespace: it is one of an environment, and there is an
// Argo CD that says what they would.
func Forecasts(known bool) func(ctx context.Context, namespace corev1.Namespace) (bool, error) {
	return func(_ context.Context, namespace corev1.Namespace) (bool, error) {
		return known && environment.Of(namespace.Labels) != "", nil
	}
}
