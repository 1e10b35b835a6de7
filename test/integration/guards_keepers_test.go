// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// testKeepers: who may write RoleBindings in the operator's namespace can let people decide about the rules there, and
// can do nothing else.
func (g guarded) testKeepers(t *testing.T) {
	const policy = "countersign-operator-namespace"
	const clerk = "clerk@example.com"
	g.clerk(t, clerk)
	c := g.as(t, clerk)
	g.create(t, keeperIn("kept"), keeperIn("grown"))
	with := func(name, role string, edit ...func(*rbacv1.RoleBinding)) func(context.Context) error {
		binding := keeperIn(name)
		binding.RoleRef.Name = role
		for _, e := range edit {
			e(binding)
		}
		return creating(c, binding)
	}
	const subject = `{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":`
	tryAll(t, map[string]attempt{
		"View":    {"it gives the operator's logs", with("view", "countersign-view"), policy, breakGlassGroup},
		"Approve": {"Secrets may be aggregated to it", with("approve", "countersign-approve"), policy, ""},
		"Admin":   {"it gives all", with("admin", "admin"), policy, ""},
		"RoleOfTheName": {"a Role of that name may say anything", with("role", "countersign-approve-base",
			func(b *rbacv1.RoleBinding) { b.RoleRef.Kind = "Role" }), policy, ""},
		"NameOfOurs": {"it could not be installed", with("countersign-later", "countersign-approve-base"), policy, ""},
		"GeneratedName": {"the same", with("", "countersign-approve-base", func(b *rbacv1.RoleBinding) {
			b.GenerateName = "countersign-"
		}), policy, ""},
		"Finalizer": {"the namespace would stay", with("final", "countersign-approve-base",
			func(b *rbacv1.RoleBinding) { b.Finalizers = []string{"example.com/stay"} }), policy, ""},
		"Replaced": {"who would object is silenced", patch(c, keeperIn("kept"), "",
			`{"subjects":[`+subject+`"others"}]}`), policy, ""},
		"Emptied": {"the same", patch(c, keeperIn("kept"), "", `{"subjects":null}`), policy, ""},
		"Owned": {"the garbage collector would delete it", patch(c, keeperIn("kept"), "", `{"metadata":{"ownerReferences":`+
			`[{"apiVersion":"v1","kind":"ConfigMap","name":"none","uid":"none"}]}}`), policy, ""},
		"Deleted": {"who would object is silenced", deleting(c, keeperIn("kept")), policy, ""},
		"DeletedAll": {"the same", func(ctx context.Context) error {
			return c.DeleteAllOf(ctx, &rbacv1.RoleBinding{}, client.InNamespace(operatorNamespace))
		}, policy, ""},

		"Bound": {"somebody must let keepers in", with("bound", "countersign-approve-base"), "", ""},
		"More": {"more may object", patch(c, keeperIn("grown"), "", `{"subjects":[`+subject+`"platform-leads"},`+subject+
			`"more"}]}`), "", ""},
		"Relabelled": {"labels mean nothing", patch(c, keeperIn("grown"), "", `{"metadata":{"labels":{"a":"b"}}}`), "", ""},
	})
}

// clerk gives somebody the right to write RoleBindings in the operator's namespace, to whatever role.
func (g guarded) clerk(t *testing.T, name string) {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: operatorNamespace, Name: "clerk"}
	g.create(t, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{rbacv1.GroupName}, Resources: []string{"rolebindings"}, Verbs: []string{"*"}},
		{APIGroups: []string{rbacv1.GroupName}, Resources: []string{"roles", "clusterroles"}, Verbs: []string{"bind"}},
	}}, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "clerk"},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
	})
	c := g.as(t, name)
	eventually(t, func(ctx context.Context) string {
		var bindings rbacv1.RoleBindingList
		if err := c.List(ctx, &bindings, client.InNamespace(operatorNamespace)); err != nil {
			return err.Error()
		}
		return ""
	})
}

// keeperIn is a binding as docs/rules.md has it.
func keeperIn(name string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "countersign-approve-base"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "platform-leads"}},
	}
}
