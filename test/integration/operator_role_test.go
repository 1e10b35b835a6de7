// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// capabilities are the ClusterRoles that the operator may bind, and no others.
var capabilities = []string{
	"countersign-approve", "countersign-build", "countersign-debug", "countersign-deploy",
	"countersign-deploy-configuration", "countersign-deploy-routing", "countersign-forecast", "countersign-operate",
	"countersign-read-configuration",
	"countersign-request", "countersign-view",
}

// TestOperatorRole: what the operator may do has no wildcard, lets it give away nothing but the capabilities, and reads
// no Secrets of the cluster.
func TestOperatorRole(t *testing.T) {
	var role rbacv1.ClusterRole
	if err := admin(t).Get(t.Context(), client.ObjectKey{Name: "countersign-manager-role"}, &role); err != nil {
		t.Fatal(err)
	}
	var bound []string
	for _, rule := range role.Rules {
		for _, word := range slices.Concat(rule.APIGroups, rule.Resources, rule.Verbs) {
			if slices.Contains([]string{"*", "escalate", "impersonate", "secrets"}, word) {
				t.Errorf("the operator's role has %s in %v", word, rule)
			}
		}
		if slices.Contains(rule.Verbs, "bind") {
			bound = append(bound, rule.ResourceNames...)
		}
	}
	slices.Sort(bound)
	if diff := cmp.Diff(capabilities, bound); diff != "" {
		t.Errorf("what the operator may bind: -want, +got:\n%s", diff)
	}
}

// TestForecastRole: what the operator may have API servers try, in environments and where it has an Argo CD to ask, is
// what policies gate there; what holds configuration is not among it. Here is no Argo CD, and so nobody has the role.
func TestForecastRole(t *testing.T) {
	const name = "countersign-forecast"
	var role rbacv1.ClusterRole
	if err := admin(t).Get(t.Context(), client.ObjectKey{Name: name}, &role); err != nil {
		t.Fatal(err)
	}
	for _, rule := range role.Rules {
		if diff := cmp.Diff([]string{"create", "patch", "update"}, rule.Verbs); diff != "" {
			t.Errorf("verbs of %v: -want, +got:\n%s", rule.Resources, diff)
		}
		for _, resource := range rule.Resources {
			gate, _ := workload.Gate(schema.GroupResource{Group: rule.APIGroups[0], Resource: resource})
			if gate != v1alpha1.GateWorkloads && gate != v1alpha1.GateRouting || len(rule.APIGroups) != 1 {
				t.Errorf("%v %s: nobody gates it as what runs or where traffic goes", rule.APIGroups, resource)
			}
		}
	}
	var bindings rbacv1.RoleBindingList
	if err := admin(t).List(t.Context(), &bindings); err != nil {
		t.Fatal(err)
	}
	for _, binding := range bindings.Items {
		if binding.RoleRef.Name == name {
			t.Errorf("it is bound in namespace %s", binding.Namespace)
		}
	}
}
