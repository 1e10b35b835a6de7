// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// scrapeTimeout bounds the reading of the cache for one scrape.
const scrapeTimeout = 5 * time.Second

var (
	pending = prometheus.NewDesc("countersign_reviews_pending",
		"Entries by an emergency that wait for their review, overdue ones included.", []string{"environment"}, nil)
	overdue = prometheus.NewDesc("countersign_reviews_overdue",
		"Entries by an emergency that were not reviewed in time.", []string{"environment"}, nil)
	frozen = prometheus.NewDesc("countersign_environment_frozen",
		"1 where somebody froze the environment.", []string{"environment"}, nil)
	broken = prometheus.NewDesc("countersign_break_glass",
		"1 where a namespace is taken out of the gate.", []string{"environment", "namespace"}, nil)
	sealed = prometheus.NewDesc("countersign_rules_sealed",
		"1 where loosening a role or a policy needs approval.", nil, nil)
)

// Attention is what people have to look at, read from the cache at every scrape, so that it never goes stale. Each
// replica says the same: take the maximum.
type Attention struct {
	Cache client.Reader
	Clock clock.PassiveClock
}

var _ prometheus.Collector = Attention{}

// Describe names the metrics.
func (a Attention) Describe(descriptions chan<- *prometheus.Desc) {
	for _, description := range []*prometheus.Desc{pending, overdue, frozen, broken, sealed} {
		descriptions <- description
	}
}

// Collect reads the cache. What cannot be read is an error of the scrape.
func (a Attention) Collect(metrics chan<- prometheus.Metric) {
	// A collector is handed no context; that of a scrape stays with the server.
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) //nolint:forbidigo // see above
	defer cancel()
	if err := a.collect(ctx, metrics); err != nil {
		metrics <- prometheus.NewInvalidMetric(pending, err)
	}
}

func (a Attention) collect(ctx context.Context, metrics chan<- prometheus.Metric) error {
	var policies v1alpha1.PromotionPolicyList
	if err := a.Cache.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	var freezes v1alpha1.FreezeList
	if err := a.Cache.List(ctx, &freezes, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list freezes: %w", err)
	}
	var requests v1alpha1.PromotionRequestList
	if err := a.Cache.List(ctx, &requests, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list requests: %w", err)
	}
	var namespaces corev1.NamespaceList
	if err := a.Cache.List(ctx, &namespaces, client.HasLabels{v1alpha1.BreakGlassLabel}); err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	metrics <- prometheus.MustNewConstMetric(sealed, prometheus.GaugeValue, rulesSealed(policies.Items))
	for i := range namespaces.Items {
		metrics <- prometheus.MustNewConstMetric(broken, prometheus.GaugeValue, 1,
			string(environment.Of(namespaces.Items[i].Labels)), namespaces.Items[i].Name)
	}
	counts := count(policies.Items, freezes.Items, requests.Items, a.Clock.Now())
	for environment, c := range counts {
		for description, value := range map[*prometheus.Desc]int{pending: c.pending, overdue: c.overdue, frozen: c.frozen} {
			metrics <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, float64(value), environment)
		}
	}
	return nil
}

// rulesSealed is 1 where a policy has gate Rules and enforces it, and is there to stay.
func rulesSealed(policies []v1alpha1.PromotionPolicy) float64 {
	if slices.ContainsFunc(policies, func(policy v1alpha1.PromotionPolicy) bool {
		return policy.DeletionTimestamp == nil && promotion.Has(policy, v1alpha1.GateRules) &&
			policy.Spec.Enforcement != v1alpha1.EnforcementWarn && policy.Spec.Enforcement != v1alpha1.EnforcementAudit
	}) {
		return 1
	}
	return 0
}

type counts struct{ pending, overdue, frozen int }

// count by environment: every one that a policy, a freeze or an open review names, so that zeros are said too.
func count(
	policies []v1alpha1.PromotionPolicy, freezes []v1alpha1.Freeze, requests []v1alpha1.PromotionRequest, now time.Time,
) map[string]counts {
	all := map[string]counts{}
	for i := range policies {
		all[string(policies[i].Spec.Environment)] = counts{}
	}
	for i := range freezes {
		c := all[freezes[i].Name]
		if !promotion.FreezeEnded(freezes[i], now) {
			c.frozen = 1
		}
		all[freezes[i].Name] = c
	}
	for i := range requests {
		review := requests[i].Status.Review
		if review == nil || review.Reviewer != "" {
			continue
		}
		c := all[string(requests[i].Spec.Environment)]
		c.pending++
		if promotion.ReviewOverdue(requests[i], now) {
			c.overdue++
		}
		all[string(requests[i].Spec.Environment)] = c
	}
	return all
}
