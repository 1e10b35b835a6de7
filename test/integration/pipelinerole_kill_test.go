// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// TestGrantsAfterKill: the operator is killed in the midst of changing grants. What it left is put right when it is back.
func TestGrantsAfterKill(t *testing.T) {
	const namespaces = 12
	for n := range namespaces {
		namespace(t, fmt.Sprintf("kill-%d", n), "kill")
	}
	team := newTeam(t, "kill", func(role *v1alpha1.PipelineRole) {
		role.Spec.Rules = []v1alpha1.Rule{rule("", "configmaps", "get")}
	})
	grantedTo(t, team, alice, 2*namespaces)
	for round, change := range []func(*v1alpha1.PipelineRole){
		func(role *v1alpha1.PipelineRole) { role.Spec.Members = []v1alpha1.Member{user(bob)} },
		func(role *v1alpha1.PipelineRole) {
			role.Spec.Rules, role.Spec.Members = nil, []v1alpha1.Member{user(carol)}
		},
	} {
		edit(t, team.all, team.role, change)
		eventually(t, func(ctx context.Context) string {
			if done := boundTo(ctx, t, team, team.role.Spec.Members[0].Name); done <= 3*round {
				return "the operator to be at work"
			}
			return ""
		})
		killOperator(t)
		startOperator(t)
		grantedTo(t, team, team.role.Spec.Members[0].Name, namespaces*len(grants.Grants(team.role)))
	}
	if err := team.all.Delete(t.Context(), team.role); err != nil {
		t.Fatal(err)
	}
	killOperator(t)
	startOperator(t)
	grantedTo(t, team, "", 0)
}

// grantedTo waits until the role has made so many bindings, and all are for one user.
func grantedTo(t *testing.T, team team, name string, want int) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		return cmp.Diff([]int{want, want}, []int{len(bindingsOf(ctx, t, team)), boundTo(ctx, t, team, name)})
	})
}

func boundTo(ctx context.Context, t *testing.T, team team, name string) (n int) {
	t.Helper()
	for _, binding := range bindingsOf(ctx, t, team) {
		if len(binding.Subjects) > 0 && binding.Subjects[len(binding.Subjects)-1].Name == name {
			n++
		}
	}
	return n
}

func bindingsOf(ctx context.Context, t *testing.T, team team) []rbacv1.RoleBinding {
	t.Helper()
	var list rbacv1.RoleBindingList
	if err := team.all.List(ctx, &list, client.MatchingLabels{grants.RoleLabel: team.role.Name}); err != nil {
		t.Fatal(err)
	}
	return list.Items
}
