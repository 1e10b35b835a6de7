// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// ruled is a role with a rule, besides what shop has.
func ruled() *v1alpha1.PipelineRole {
	role, _, _ := shop()
	role.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
	role.Spec.Rules = []v1alpha1.Rule{{
		APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []v1alpha1.Verb{"get"},
	}}
	return role
}

// TestGrants : each part has a name for people, and a ClusterRole, but for the rules, which are the role's own.
func TestGrants(t *testing.T) {
	role := ruled()
	parts := func() (parts [][2]string) {
		for _, grant := range grants.Grants(role) {
			parts = append(parts, [2]string{grant.String(), grant.ClusterRole()})
		}
		return parts
	}
	capability := [][2]string{
		{"capability Deploy", "countersign-deploy"},
		{"capability Deploy (Configuration)", "countersign-deploy-configuration"},
		{"capability Deploy (Routing)", "countersign-deploy-routing"},
	}
	if diff := cmp.Diff(append(capability[:3:3], [2]string{"rules", ""}), parts()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	role.Spec.Rules[0].Verbs = []v1alpha1.Verb{"escalate"}
	if diff := cmp.Diff(capability, parts()); diff != "" {
		t.Errorf("no rule is permitted: -want, +got:\n%s", diff)
	}
}

// TestRulesAreBound : to the Role of this name, in each namespace.
func TestRulesAreBound(t *testing.T) {
	role := ruled()
	onlyRules := func(grant grants.Grant, namespace string) bool {
		return grant.String() == "rules" && namespace == "shop-staging"
	}
	holders := grants.HoldersOf(role, nil, noon)
	found := grants.Bindings(role, holders, []string{"shop-production", "shop-staging"}, nil, onlyRules)
	if len(found) != 1 || found[0].Namespace != "shop-staging" {
		t.Fatalf("what is not given is bound: %v", found)
	}
	want := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: grants.Role(role, "shop-staging").Name}
	if diff := cmp.Diff(want, found[0].RoleRef); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestOtherKindsAreNotTheSame : an object of another kind is never what is wanted, nor made so by an update.
func TestOtherKindsAreNotTheSame(t *testing.T) {
	role, binding, account := shop()
	rules := grants.Role(ruled(), "shop-staging")
	other := rules.DeepCopy()
	other.Rules[0].Verbs = append(other.Rules[0].Verbs, "update")
	for name, test := range map[string]struct {
		reason     string
		want, have metav1.Object
		same       bool
	}{
		"Role":           {"nothing was changed", rules, rules.DeepCopy(), true},
		"RoleChanged":    {"a verb more", rules, other, false},
		"RoleForAccount": {"a Role", labelled(account.DeepCopy(), role), labelled(rules.DeepCopy(), role), false},
		"AccountForRole": {"a service account", labelled(rules.DeepCopy(), role), labelled(account.DeepCopy(), role), false},
		"RoleForBinding": {"a Role", labelled(binding.DeepCopy(), role), labelled(rules.DeepCopy(), role), false},
		"Unknown":        {"nobody knows how to compare them", &corev1.ConfigMap{}, &corev1.ConfigMap{}, false},
	} {
		if got := grants.Same(test.want, test.have); got != test.same {
			t.Errorf("%s: %s: same is %t", name, test.reason, got)
		}
	}
	if grants.Replaceable(binding, rules) {
		t.Error("an update makes no binding of a Role")
	}
}

// labelled gives objects of different kinds the same metadata.
func labelled(object metav1.Object, role *v1alpha1.PipelineRole) metav1.Object {
	object.SetLabels(map[string]string{grants.RoleLabel: role.Name})
	object.SetAnnotations(nil)
	return object
}

// TestAudiences : one that is empty, or would become two, is none.
func TestAudiences(t *testing.T) {
	bot := v1alpha1.Bot{Audiences: []string{"", "vault", "a\nb"}}
	if diff := cmp.Diff([]string{"vault"}, grants.Audiences(bot, []string{"api"})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func TestDescribe(t *testing.T) {
	for want, subject := range map[string]rbacv1.Subject{
		"User:alice":             {Kind: rbacv1.UserKind, Name: "alice"},
		"ServiceAccount:cicd/ci": {Kind: rbacv1.ServiceAccountKind, Namespace: "cicd", Name: "ci"},
	} {
		if got := grants.Describe(subject); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
