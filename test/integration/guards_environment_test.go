// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// environmentGuard keeps the labels of namespaces in environments.
const environmentGuard = "countersign-environment-label"

// testEnvironment: a namespace enters and leaves an environment only at the hand of who may assign it. Everybody here
// may write namespaces and all that belongs to them; the assigner may also assign the environment green.
func (g guarded) testEnvironment(t *testing.T) {
	const policy = environmentGuard
	g.grant(t, "namespace-editors", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"namespaces", "namespaces/status", "namespaces/finalize"},
		Verbs: []string{"get", "create", "update", "patch", "delete"},
	})
	g.grant(t, "green-assigners", rbacv1.PolicyRule{
		APIGroups: []string{"countersign.dev"}, Resources: []string{"environments"}, ResourceNames: []string{"green"},
		Verbs: []string{"assign"},
	})
	editor := g.as(t, "editor", "namespace-editors")
	assigner := g.as(t, "assigner", "namespace-editors", "green-assigners")
	for _, name := range []string{"green-kept", "green-removed", "green-changed", "green-deleted"} {
		g.namespace(t, name, "green")
	}
	g.namespace(t, "free", "")
	g.awaitGrant(t, assigner, namespaceIn("probe", "green"))

	const label = `{"metadata":{"labels":{"countersign.dev/environment":`
	kept := func() *corev1.Namespace { return namespaceIn("green-kept", "") }
	free := func() *corev1.Namespace { return namespaceIn("free", "") }
	tryAll(t, map[string]attempt{
		"Set": {"a label is a grant", patch(editor, free(), "", label+`"green"}}}`), policy, "into environment green"},
		"Remove": {
			"it would lift the gate", patch(editor, kept(), "", label+`null}}}`), policy,
			"out of environment green",
		},
		"Change": {
			"the other environment may ask for less", patch(editor, kept(), "", label+`"blue"}}}`), policy,
			"environments.countersign.dev/green and environments.countersign.dev/blue",
		},
		"ChangeHalfAllowed": {
			"both count, the old and the new", patch(assigner, kept(), "", label+`"blue"}}}`), policy, "",
		},
		"ThroughStatus": {
			"labels can be written through status", patch(editor, kept(), "status", label+`null}}}`), policy, "",
		},
		"ThroughFinalize": {
			"and through finalize", g.finalize(t, "namespace-editors", kept(), corev1.FinalizerKubernetes), policy, "",
		},
		"CreateWithLabel": {"a new namespace is no exception", creating(editor, namespaceIn("new", "green")), policy, ""},
		"Delete": {
			"deletion takes it out too", deleting(editor, kept()), policy, "editor may not take namespace green-kept",
		},
		"EmptyName": {"it names no environment", patch(g.admin(t), free(), "", label+`""}}}`), policy, "must name"},
		"NoName": {
			"it names no environment", patch(g.admin(t), free(), "", label+`"Blue.Sky"}}}`), policy, "must name",
		},
		"SystemNamespace": {
			"a gate there could lock the cluster", patch(g.admin(t), namespaceIn("kube-system", ""), "", label+`"green"}}}`),
			policy, "cannot be in an environment",
		},
		"OwnNamespace": {
			"a gate there could lock Countersign",
			patch(g.as(t, "admin", administrators, breakGlassGroup), namespaceIn(operatorNamespace, ""), "", label+`"green"}}}`),
			policy, "cannot be in an environment",
		},
		"Rules": {
			"the environment of the rules has no namespaces", patch(g.admin(t), free(), "", label+`"countersign"}}}`), policy,
			"stands for the rules themselves",
		},
		"NewSystemNamespace": {
			"a generated name counts as well", creating(g.admin(t), generateNamespace("kube-", "green")), policy, "cannot be",
		},

		"Unlabelled": {"other namespaces are free", creating(editor, namespaceIn("new-free", "")), "", ""},
		"Assign":     {"who may assign sets it", creating(assigner, namespaceIn("new-green", "green")), "", ""},
		"Unassign": {
			"and removes it", patch(assigner, namespaceIn("green-removed", ""), "", label+`null}}}`), "", "",
		},
		"DeleteAssigned": {"and deletes the namespace", deleting(assigner, namespaceIn("green-deleted", "")), "", ""},
		"AdminChanges": {
			"a cluster administrator may assign all",
			patch(g.admin(t), namespaceIn("green-changed", ""), "", label+`"blue"}}}`), "", "",
		},
	})
	g.awaitGone(t, namespaceIn("green-deleted", ""))
}

// grant gives a group rights in the whole cluster.
func (g guarded) grant(t *testing.T, group string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	g.create(t,
		&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: group}, Rules: rules},
		&rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: group},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: group},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: group}},
		})
}

// awaitGrant waits until somebody may make an object, without making it.
func (g guarded) awaitGrant(t *testing.T, c client.Client, object client.Object) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := c.Create(ctx, object, client.DryRunAll); err != nil {
			return err.Error()
		}
		return ""
	})
}

func (g guarded) awaitGone(t *testing.T, object client.Object) {
	t.Helper()
	c := g.admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); !apierrors.IsNotFound(err) {
			return object.GetName() + " to be gone"
		}
		return ""
	})
}

// finalize is a call by a member of a group that writes a namespace, as it is here but for its finalizers, through its
// finalize subresource.
func (g guarded) finalize(
	t *testing.T, group string, ns *corev1.Namespace, finalizers ...corev1.FinalizerName,
) func(ctx context.Context) error {
	t.Helper()
	ns.Spec.Finalizers = finalizers
	config, err := g.User("editor", group)
	if err != nil {
		t.Fatal(err)
	}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) error {
		_, err := clients.CoreV1().Namespaces().Finalize(ctx, ns, metav1.UpdateOptions{})
		return err
	}
}

func generateNamespace(prefix, environment string) *corev1.Namespace {
	ns := namespaceIn("", environment)
	ns.GenerateName = prefix
	return ns
}

// testNamespaceDeletion: records go with their namespace, though nobody can delete them.
func (g guarded) testNamespaceDeletion(t *testing.T) {
	g.namespace(t, "going", "green")
	alice := g.as(t, alice, administrators)
	request := requestBy(whoAmI(t, alice), "going", "one")
	if err := alice.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if err := alice.Create(t.Context(), approvalBy(whoAmI(t, alice), request)); err != nil {
		t.Fatal(err)
	}
	if err := g.admin(t).Delete(t.Context(), namespaceIn("going", "")); err != nil {
		t.Fatal(err)
	}
	g.awaitGone(t, namespaceIn("going", ""))
}
