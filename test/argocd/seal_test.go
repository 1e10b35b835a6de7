// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/test/cluster"
)

// seal has the rules of the cluster themselves gated until the test ends. What it returns approves changes of them.
func seal(t *testing.T) environment {
	t.Helper()
	keepers := environment{name: "keepers"}
	role := keepers.role(keepers.managers(), v1alpha1.CapabilityApprove)
	role.Spec.Environments = []v1alpha1.EnvironmentName{v1alpha1.RulesEnvironment}
	role.Spec.Members = []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: keepers.managers()}}
	here.Create(t, role)
	here.Create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: keepers.managers()},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "countersign-approve-base"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: keepers.managers()}},
	})
	policy := keepers.policy()
	policy.Spec.Environment, policy.Spec.Gates = v1alpha1.RulesEnvironment, []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
	here.Create(t, policy)
	t.Cleanup(func() { unseal(t, policy) })
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(policy), policy); err != nil {
			return err.Error()
		}
		if !slices.Contains(policy.Status.GatesInForce, "Rules") ||
			!meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) {
			return "the rules to be sealed"
		}
		return ""
	})
	return keepers
}

// unseal does so by the group that may change the installation itself.
func unseal(t *testing.T, policy *v1alpha1.PromotionPolicy) {
	t.Helper()
	config, err := operator.Installer(here.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Client(t, config).Delete(context.WithoutCancel(t.Context()), policy); err != nil {
		t.Errorf("unseal: %v", err)
	}
}
