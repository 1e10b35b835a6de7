// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// everywhere are the namespaces there are.
var everywhere = []corev1.Namespace{
	in("shop-production", "production", "a"), in("shop-staging", "staging", "a"), in("kube-system", "", "a"),
}

// FuzzGrants : whatever a role and the policies say, more than the API server accepts included, nobody holds what the
// role does not give them, and nothing is given that no role may give.
func FuzzGrants(f *testing.F) {
	for _, role := range recordedRoles(f) {
		f.Add(role, []byte(`{}`))
		f.Add(role, []byte(`{"spec":{"environment":"staging","gates":[{"type":"Routing"},{"type":"Configuration"}]},`+
			`"status":{"gatesInForce":["Routing"]}}`))
	}
	f.Add([]byte(`{"metadata":{"name":"r"},"spec":{"capabilities":["Deploy"],"bots":[{"name":"ci","namespace":"cicd"}],`+
		`"rules":[{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","impersonate"]},`+
		`{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get"]}]}}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, text, policy []byte) {
		var role v1alpha1.PipelineRole
		var said v1alpha1.PromotionPolicy
		if len(text) > 1<<14 || json.Unmarshal(text, &role) != nil || json.Unmarshal(policy, &said) != nil {
			return
		}
		if role.Name == "" || strings.Contains(role.Name, ":") {
			return // no object is called so
		}
		gated := grants.GatedBy([]v1alpha1.PromotionPolicy{said}, everywhere)
		var names []string
		for _, namespace := range everywhere {
			names = append(names, namespace.Name)
		}
		holders := grants.HoldersOf(&role, role.Spec.Bots, noon)
		found := grants.Bindings(&role, holders, names, gated, always)
		for _, binding := range found {
			checkSubjects(t, &role, binding)
			checkBound(t, &role, said, binding)
		}
		checkRules(t, grants.Role(&role, "shop-staging").Rules)
		checkAccounts(t, &role)
		checkOrder(t, role, found, names, gated)
	})
}

// recordedRoles are those of the golden tests, as JSON.
func recordedRoles(f *testing.F) (roles [][]byte) {
	f.Helper()
	files, err := filepath.Glob("testdata/*/in.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var in input
		if err := yaml.UnmarshalStrict(text, &in); err != nil {
			f.Fatal(err)
		}
		role, err := json.Marshal(in.Role)
		if err != nil {
			f.Fatal(err)
		}
		roles = append(roles, role)
	}
	return roles
}

// checkOrder : the same role, written in another order, gives the same.
func checkOrder(
	t *testing.T, role v1alpha1.PipelineRole, found []*rbacv1.RoleBinding, names []string, gated grants.Gated,
) {
	t.Helper()
	again := role.DeepCopy()
	slices.Reverse(again.Spec.Members)
	slices.Reverse(again.Spec.Bots)
	slices.Reverse(again.Spec.Capabilities)
	holders := grants.HoldersOf(again, again.Spec.Bots, noon)
	if diff := cmp.Diff(found, grants.Bindings(again, holders, names, gated, always)); diff != "" {
		t.Fatalf("in another order it gives something else: -want, +got:\n%s", diff)
	}
	kept := slices.DeleteFunc(slices.Clone(found), func(binding *rbacv1.RoleBinding) bool {
		return !grants.Same(binding, binding.DeepCopy()) || !grants.MadeForThis(binding, &role) && role.UID != ""
	})
	if len(kept) != len(found) {
		t.Fatalf("what was made is not known again: %v", found)
	}
}
