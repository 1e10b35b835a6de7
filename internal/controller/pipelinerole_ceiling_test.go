// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestCeiling: a rule is withheld that the ceiling does not hold, and nothing else.
func TestCeiling(t *testing.T) {
	cases := map[string]struct {
		reason string
		verbs  []string
		want   string
	}{
		"Holds": {reason: "it holds the rule", verbs: []string{"get", "list"}, want: v1alpha1.ReasonGranted},
		"Lower": {reason: "it holds another verb", verbs: []string{"list"}, want: reasonWithheld},
		"None":  {reason: "there is none; members must come and go all the same", want: reasonWithheld},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			stored := storedShop(t)
			storeCeiling(t, stored, tc.verbs)
			clock := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			reconciler := &PipelineRoleReconciler{
				Client: stored, Live: stored, Authority: mayAll{}, Clock: clock, Audit: audit.New(clock, logr.Discard()),
				TokenAudiences: []string{"api"},
			}
			request := ctrl.Request{NamespacedName: client.ObjectKey{Name: "shop"}}
			if _, err := reconciler.Reconcile(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			if got := readyReason(t, stored); got != tc.want {
				t.Errorf("%s: Ready is for %s, want %s", tc.reason, got, tc.want)
			}
			if diff := cmp.Diff(map[string]string{"b": "bob ci", "c": "bob ci"}, holders(t, stored)); diff != "" {
				t.Errorf("%s: holders: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// storeCeiling of so many verbs; none for none. The role gets a rule.
func storeCeiling(t *testing.T, c client.Client, verbs []string) {
	t.Helper()
	role := &v1alpha1.PipelineRole{}
	if err := c.Get(t.Context(), client.ObjectKey{Name: "shop"}, role); err != nil {
		t.Fatal(err)
	}
	role.Spec.Rules = []v1alpha1.Rule{
		{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []v1alpha1.Verb{"get"}},
	}
	if err := c.Update(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	if verbs == nil {
		return
	}
	held := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: ceiling},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: verbs}},
	}
	if err := c.Create(t.Context(), held); err != nil {
		t.Fatal(err)
	}
}
