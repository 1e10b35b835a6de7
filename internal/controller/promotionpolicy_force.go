// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/gates"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// noticed is how long API servers are given to notice an entry. They watch the configurations.
const noticed = 3 * time.Second

// force is since when API servers have been told to ask about a gate in an environment; zero where they are not.
type force map[gateAt]time.Time

// gateAt is a gate of one policy: the same custom kind may be gated by several, at more paths or fewer.
type gateAt struct {
	policy, gate string
	environment  v1alpha1.EnvironmentName
}

// holds tells whether they ask, or else how long it takes until they do; zero where nothing says that they will. What
// was in force before the operator started still is.
func (f force) holds(at gateAt, told, before bool, now time.Time) (bool, time.Duration) {
	since, known := f[at]
	switch {
	case !told:
		f[at] = time.Time{}
		return false, 0
	case !known && before:
		since = now.Add(-noticed)
	case since.IsZero():
		since = now
	}
	f[at] = since
	wait := noticed - now.Sub(since)
	return wait <= 0, max(wait, 0)
}

// observeForce writes into the status which gates are in force. It returns when to look again.
func (r *PromotionPolicyReconciler) observeForce(
	ctx context.Context, policy *v1alpha1.PromotionPolicy,
) (again time.Duration, err error) {
	var configuration admissionregistrationv1.ValidatingWebhookConfiguration
	err = r.Client.Get(ctx, client.ObjectKey{Name: GatePolicies}, &configuration)
	if client.IgnoreNotFound(err) != nil {
		return 0, fmt.Errorf("read webhook configuration: %w", err)
	}
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies); err != nil {
		return 0, fmt.Errorf("list policies: %w", err)
	}
	if r.force == nil {
		r.force = force{}
	}
	before := policy.Status.GatesInForce
	policy.Status.GatesInForce = nil
	for _, gate := range promotion.Gates(*policy) {
		if gate.Type == v1alpha1.GateRules && policy.DeletionTimestamp != nil {
			continue // it may be gone any moment, and nobody is asked: nothing is sealed in by it
		}
		told, err := gates.InForce(*policy, gate, policies.Items, configuration.Webhooks)
		if err != nil {
			return 0, err
		}
		holds, wait := r.holds(*policy, gate, told, slices.Contains(before, gate.ID()))
		if holds {
			policy.Status.GatesInForce = append(policy.Status.GatesInForce, gate.ID())
		}
		again = soonest(again, wait)
	}
	return again, nil
}

// holds tells whether API servers ask; about workloads they always do.
func (r *PromotionPolicyReconciler) holds(
	policy v1alpha1.PromotionPolicy, gate v1alpha1.Gate, told, before bool,
) (bool, time.Duration) {
	if gate.Type == v1alpha1.GateWorkloads {
		return true, 0
	}
	at := gateAt{policy: policy.Name, gate: gate.ID(), environment: policy.Spec.Environment}
	return r.force.holds(at, told, before, r.Clock.Now())
}

// establishing says which gates are not in force yet.
func establishing(policy v1alpha1.PromotionPolicy) string {
	var missing []string
	for _, gate := range promotion.Gates(policy) {
		if !slices.Contains(policy.Status.GatesInForce, gate.ID()) {
			missing = append(missing, gate.ID())
		}
	}
	return "API servers do not ask about changes of gate " + strings.Join(missing, ", ") + " yet, and let them in " +
		"unasked. This takes seconds; if it stays, look whether the webhook configuration " + GatePolicies + " is " +
		"installed, and at the operator's log."
}
