// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

func TestGatedBy(t *testing.T) {
	all := []corev1.Namespace{
		in("shop", "production", "a"), in("bank", "production", "b"), in("lab", "staging", "a"), in("other", "", "a"),
	}
	routing := []string{string(v1alpha1.GateRouting)}
	for name, test := range map[string]struct {
		reason string
		policy func(*v1alpha1.PromotionPolicy)
		want   grants.Gated
	}{
		"InForce": {
			"in every namespace of the environment", func(*v1alpha1.PromotionPolicy) {},
			grants.Gated{v1alpha1.GateRouting: {"bank", "shop"}},
		},
		"Selected": {"only where the policy governs", func(p *v1alpha1.PromotionPolicy) {
			p.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "a"}}
		}, grants.Gated{v1alpha1.GateRouting: {"shop"}}},
		"NotYet": {
			"API servers do not ask yet", func(p *v1alpha1.PromotionPolicy) { p.Status.GatesInForce = nil }, grants.Gated{},
		},
		"NoMore": {
			"the status is older than the spec", func(p *v1alpha1.PromotionPolicy) { p.Spec.Gates = nil }, grants.Gated{},
		},
		"Unreadable": {"nobody knows where", func(p *v1alpha1.PromotionPolicy) {
			p.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a b": ""}}
		}, grants.Gated{}},
	} {
		policy := v1alpha1.PromotionPolicy{}
		policy.Spec.Environment = "production"
		policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
		policy.Status.GatesInForce = routing
		test.policy(&policy)
		if diff := cmp.Diff(test.want, grants.GatedBy([]v1alpha1.PromotionPolicy{policy}, all)); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

func in(name, environment, team string) corev1.Namespace {
	labels := map[string]string{"team": team}
	if environment != "" {
		labels[v1alpha1.EnvironmentLabel] = environment
	}
	return corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}
