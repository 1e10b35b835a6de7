// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
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
