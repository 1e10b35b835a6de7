// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestBaseline: what ran before there was a policy keeps running, is listed, and is put on record by two people.
func TestBaseline(t *testing.T) {
	s := newShop(t).withOldNamespace(t, "checkout", "payments")
	developer := s.developer(t)
	s.unrecorded(t, s.namespace+"/deployments/checkout", s.namespace+"/deployments/payments")
	goesThrough(t, "what runs keeps running", scaling(developer, s.deployment("checkout"), 2))

	desk := s.terminalOf(t, alice, s.developers)
	desk.countersign(t, "baseline", "--reason", "taken over").
		says(t, 0, "deployments/checkout: opened request", "approve --release baseline --asked-by "+alice)
	desk.countersign(t, "baseline").says(t, 0, "is open already")
	approve := []string{"approve", "--release", "baseline", "--asked-by", alice, "-y"}
	desk.countersign(t, approve...).says(t, 1)
	s.terminalOf(t, bob, s.managers).countersign(t, approve...).
		says(t, 0, "This runs already, and no record says how it entered.", image)
	record := s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Name == "checkout" && state(r) == v1alpha1.ReasonEntered
	})
	if got := record.Status.Admission.Rule; got != v1alpha1.EntryRuleBaseline {
		t.Errorf("recorded as %s", got)
	}
	if got := condition(record, v1alpha1.ConditionApproved); got != "True "+v1alpha1.ReasonApproved {
		t.Errorf("the record says of its approval: %s", got)
	}
	s.unrecorded(t)
	desk.countersign(t, "baseline").says(t, 0, "All that runs in namespace "+s.namespace+" is on record")

	s.bringIn(t, deploying(developer, s.release("checkout", "v2")))
	goesThrough(t, "and it may return", deploying(developer, s.deployment("checkout")))
}

// withOldNamespace is the shop in a namespace that joins its environment with Deployments in it.
func (s shop) withOldNamespace(t *testing.T, deployments ...string) shop {
	t.Helper()
	s.namespace += "-old"
	namespace(t, s.namespace, "")
	for _, name := range deployments {
		goesThrough(t, "no environment yet", deploying(admin(t), s.deployment(name)))
	}
	s.joins(t)
	return s
}

// joins has the namespace join the environment, and waits until roles give rights in it.
func (s shop) joins(t *testing.T) {
	t.Helper()
	label := map[string]any{"metadata": map[string]any{
		"labels": map[string]any{v1alpha1.EnvironmentLabel: string(s.environment)},
	}}
	joins := merging(admin(t), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}, label)
	goesThrough(t, "it joins", joins)
	eventually(t, func(ctx context.Context) string {
		var requests v1alpha1.PromotionRequestList
		if err := s.developer(t).List(ctx, &requests, client.InNamespace(s.namespace)); err != nil {
			return err.Error()
		}
		var approvals v1alpha1.ApprovalList
		if err := s.manager(t, bob).List(ctx, &approvals, client.InNamespace(s.namespace)); err != nil {
			return err.Error()
		}
		return ""
	})
}

func (s shop) unrecorded(t *testing.T, want ...string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		var policy v1alpha1.PromotionPolicy
		if err := admin(t).Get(ctx, client.ObjectKey{Name: string(s.environment)}, &policy); err != nil {
			return err.Error()
		}
		var got []string
		if policy.Status.Unrecorded != nil {
			got = policy.Status.Unrecorded.Workloads
		}
		if !slices.Equal(got, want) {
			return "the policy to list what has no record, not " + strings.Join(got, ", ")
		}
		return ""
	})
}
