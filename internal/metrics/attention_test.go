// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

var now = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestCount(t *testing.T) {
	past, future := metav1.NewTime(now.Add(-time.Second)), metav1.NewTime(now.Add(time.Second))
	policy := func(environment v1alpha1.EnvironmentName) v1alpha1.PromotionPolicy {
		return v1alpha1.PromotionPolicy{Spec: v1alpha1.PromotionPolicySpec{Environment: environment}}
	}
	freeze := func(environment string, end *metav1.Time) v1alpha1.Freeze {
		return v1alpha1.Freeze{
			ObjectMeta: metav1.ObjectMeta{Name: environment}, Spec: v1alpha1.FreezeSpec{ExpireTime: end},
		}
	}
	request := func(environment v1alpha1.EnvironmentName, review *v1alpha1.Review) v1alpha1.PromotionRequest {
		return v1alpha1.PromotionRequest{
			Spec:   v1alpha1.PromotionRequestSpec{Environment: environment},
			Status: v1alpha1.PromotionRequestStatus{Review: review},
		}
	}
	got := count(
		[]v1alpha1.PromotionPolicy{policy("quiet"), policy("busy")},
		[]v1alpha1.Freeze{freeze("busy", nil), freeze("thawed", &past), freeze("cold", &future)},
		[]v1alpha1.PromotionRequest{
			request("busy", nil), request("busy", &v1alpha1.Review{DueTime: past}),
			request("busy", &v1alpha1.Review{DueTime: future}),
			request("busy", &v1alpha1.Review{DueTime: past, Reviewer: "bob@example.com"}),
			request("old", &v1alpha1.Review{DueTime: past}),
		}, now)
	want := map[string]counts{
		"quiet": {}, "busy": {pending: 2, overdue: 1, frozen: 1}, "thawed": {}, "cold": {frozen: 1},
		"old": {pending: 1, overdue: 1},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(counts{})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestBreakGlass: each namespace that is out of the gate is said, and no other.
func TestBreakGlass(t *testing.T) {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(kinds); err != nil {
			t.Fatal(err)
		}
	}
	inside := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "shop", Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
	}}
	outside := inside.DeepCopy()
	outside.Name, outside.Labels[v1alpha1.BreakGlassLabel] = "cart", "open"
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(Attention{
		Cache: fake.NewClientBuilder().WithScheme(kinds).WithObjects(inside, outside).Build(), Clock: clock.RealClock{},
	})
	families, err := registry.Gather()
	if err != nil || len(families) != 2 || families[0].GetName() != "countersign_break_glass" {
		t.Fatalf("gathered %v, %v", families, err)
	}
	var got []string
	for _, metric := range families[0].GetMetric() {
		for _, label := range metric.GetLabel() {
			got = append(got, label.GetName()+"="+label.GetValue())
		}
	}
	if diff := cmp.Diff([]string{"environment=production", "namespace=cart"}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestRulesSealed : a policy that only warns seals nothing, nor does one that is being deleted.
func TestRulesSealed(t *testing.T) {
	policy := func(gate v1alpha1.GateType, enforcement v1alpha1.Enforcement) v1alpha1.PromotionPolicy {
		return v1alpha1.PromotionPolicy{Spec: v1alpha1.PromotionPolicySpec{
			Gates: []v1alpha1.Gate{{Type: gate}}, Enforcement: enforcement,
		}}
	}
	policies := []v1alpha1.PromotionPolicy{
		policy(v1alpha1.GateWorkloads, v1alpha1.EnforcementEnforce), policy(v1alpha1.GateRules, v1alpha1.EnforcementWarn),
		policy(v1alpha1.GateRules, v1alpha1.EnforcementEnforce),
	}
	policies[2].DeletionTimestamp = &metav1.Time{Time: now}
	if got := rulesSealed(policies); got != 0 {
		t.Errorf("not sealed, and it says %v", got)
	}
	if got := rulesSealed(append(policies, policy(v1alpha1.GateRules, v1alpha1.EnforcementEnforce))); got != 1 {
		t.Errorf("sealed, and it says %v", got)
	}
}
