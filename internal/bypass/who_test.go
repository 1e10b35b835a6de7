// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/internal/bypass"
)

func group(name string) rbacv1.Subject { return rbacv1.Subject{Kind: rbacv1.GroupKind, Name: name} }

func account(namespace, name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}
}

// TestGlass: the group that guards let through is judged by that, and by no more.
func TestGlass(t *testing.T) {
	c := give(shop(), group(bypass.Group), "", "glass", rule("patch", "", "namespaces"),
		rule("delete", admission, "validatingwebhookconfigurations", "countersign-gate"))
	want := []string{
		"pod-security: [patch namespaces], open", "gaps: [patch namespaces], open",
		"webhooks: [delete validatingwebhookconfigurations.admissionregistration.k8s.io \"countersign-gate\"], open",
		"labels: [patch namespaces], guarded by [countersign-environment-label]",
	}
	if diff := cmp.Diff(want, ways(bypass.Find(c))); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	c.ClusterRoleBindings[0].Subjects[0].Kind = rbacv1.UserKind
	for _, f := range bypass.Find(c) {
		if f.Open() && f.Way != "pod-security" {
			t.Errorf("a user of the group's name is let through: %s", told(f))
		}
	}
}

// TestGuardGone: what a guard took away is open without it.
func TestGuardGone(t *testing.T) {
	tests := []struct {
		guard string
		rule  rbacv1.PolicyRule
	}{
		{"countersign-approvals-keep", rule("delete", ours, "approvals")},
		{"countersign-approver-stamp", rule("create", ours, "approvals")},
		{"countersign-bot-pods", rule("create", "", "pods")},
		{"countersign-bot-pod-tokens", rule("update", "apps", "deployments")},
		{"countersign-bot-secrets", rule("create", "", "secrets")},
		{"countersign-bot-tokens", rule("create", "", "serviceaccounts/token")},
		{"countersign-break-glass", rule("patch", "", "namespaces")},
		{"countersign-emergencies", rule("create", ours, "emergencies")},
		{"countersign-environment-label", rule("update", "", "namespaces/status")},
		{"countersign-flow-schemas", rule("create", "flowcontrol.apiserver.k8s.io", "flowschemas")},
		{"countersign-freezes", rule("delete", ours, "freezes")},
		{"countersign-quotas", rule("update", "", "resourcequotas")},
		{"countersign-status", rule("patch", "batch", "jobs/status")},
		{"countersign-gated-kinds", rule("create", rbac, "clusterroles")},
		{"countersign-generated-rbac", rule("update", "", "serviceaccounts")},
		{"countersign-identities", rule("update", "", "configmaps", "countersign-identities")},
		{"countersign-installation", rule("update", "apiextensions.k8s.io", "customresourcedefinitions")},
		{"countersign-ledger", rule("create", "", "configmaps")},
		{"countersign-operator-namespace", rule("update", "coordination.k8s.io", "leases")},
		{"countersign-policies-keep", rule("delete", ours, "promotionpolicies")},
		{"countersign-release-gates", rule("create", ours, "releasegates")},
		{"countersign-requester-stamp", rule("create", ours, "promotionrequests")},
		{"countersign-request-status", rule("update", ours, "promotionrequests/status")},
	}
	for _, test := range tests {
		c := give(shop(), eve, "", "r", test.rule)
		if !slices.ContainsFunc(bypass.Find(c), func(f bypass.Finding) bool {
			return slices.Contains(f.Guards, test.guard)
		}) {
			t.Errorf("%s takes nothing away from who may %v", test.guard, test.rule)
		}
		open := opened(c)
		c.Guards = slices.DeleteFunc(c.Guards, func(name string) bool { return name == test.guard })
		if got := opened(c); got == open {
			t.Errorf("without %s: %v", test.guard, ways(bypass.Find(c)))
		}
	}
	if got := len(bypass.Guards()); got != len(tests) {
		t.Errorf("%d guards are judged, and %d of them are tried here", got, len(tests))
	}
}

// opened is how many ways are open.
func opened(c bypass.Cluster) int {
	return len(slices.DeleteFunc(bypass.Find(c), func(f bypass.Finding) bool { return !f.Open() }))
}

// TestParts: the control plane's own rights are no findings, and nobody hides among them.
func TestParts(t *testing.T) {
	all := rule("*", "*", "*")
	for name, test := range map[string]struct {
		reason  string
		binding string
		subject rbacv1.Subject
		want    bool
	}{
		"Masters": {"they can", "cluster-admin", group("system:masters"), true},
		"Controller": {"its own binding", "system:controller:generic-garbage-collector",
			account("kube-system", "generic-garbage-collector"), false},
		"Squatter": {"in the binding of another", "system:controller:generic-garbage-collector",
			account("kube-system", "mine"), true},
		"Stowaway":  {"a person in it", "system:controller:job-controller", eve, true},
		"Elsewhere": {"of the same name", "system:controller:job-controller", account("default", "job-controller"), true},
		"Scheduler": {"a part of the control plane", "x", rbacv1.Subject{Kind: "User", Name: "system:kube-scheduler"}, false},
		"Operator":  {"it is the gate", "x", account("countersign-system", "countersign-controller-manager"), false},
		"Neighbour": {"it is not", "x", account("countersign-system", "default"), true},
	} {
		if got := len(bypass.Find(give(shop(), test.subject, "", test.binding, all))) > 0; got != test.want {
			t.Errorf("%s: %s: found %t", name, test.reason, got)
		}
	}
}

// TestRoleOfNamespace: a Role gives what it says where it is, and not what the ClusterRole of that name says.
func TestRoleOfNamespace(t *testing.T) {
	c := shop()
	c.ClusterRoles = []rbacv1.ClusterRole{{
		ObjectMeta: metav1.ObjectMeta{Name: "r"}, Rules: []rbacv1.PolicyRule{rule("update", "", "configmaps")},
	}}
	c.Roles = []rbacv1.Role{
		{ObjectMeta: metav1.ObjectMeta{Namespace: "shop-production", Name: "r"}},
		{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "r"},
			Rules: []rbacv1.PolicyRule{rule("update", "", "secrets")}},
	}
	c.RoleBindings = []rbacv1.RoleBinding{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop-production", Name: "b"}, Subjects: []rbacv1.Subject{eve},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "r"},
	}}
	if found := bypass.Find(c); len(found) > 0 {
		t.Errorf("an empty Role gives %v", ways(found))
	}
	c.Roles[0].Rules = []rbacv1.PolicyRule{rule("patch", "", "configmaps")}
	want := []string{"contents: [patch configmaps], open", "images: [patch configmaps], guarded by [countersign-ledger]"}
	found := bypass.Find(c)
	if diff := cmp.Diff(want, ways(found)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if b := found[0].Binding; b.Kind() != "rolebinding" || b.Namespace != "shop-production" || b.Name != "b" {
		t.Errorf("through %s %v", b.Kind(), b)
	}
}

// TestOrder: what is open first, of that the most dangerous, and of one way groups before users.
func TestOrder(t *testing.T) {
	c := give(shop(), eve, "", "a", rule("update", "", "configmaps"), rule("delete", ours, "approvals"))
	c = give(c, eve, "", "b", rule("delete", admission, "validatingadmissionpolicies"))
	c = give(c, group("staff"), "", "c", rule("delete", admission, "validatingadmissionpolicies"))
	var got []string
	for _, f := range bypass.Find(c) {
		got = append(got, f.Way+" "+f.Subject.Name)
	}
	want := []string{"guards staff", "guards eve", "contents eve", "decisions eve", "images eve",
		"people eve"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func TestInForce(t *testing.T) {
	policy := func(name string, fails *admissionregistrationv1.FailurePolicyType,
	) admissionregistrationv1.ValidatingAdmissionPolicy {
		return admissionregistrationv1.ValidatingAdmissionPolicy{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       admissionregistrationv1.ValidatingAdmissionPolicySpec{FailurePolicy: fails},
		}
	}
	binding := func(of string, resources *admissionregistrationv1.MatchResources,
		actions ...admissionregistrationv1.ValidationAction) admissionregistrationv1.ValidatingAdmissionPolicyBinding {
		return admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
				PolicyName: of, MatchResources: resources, ValidationActions: actions,
			},
		}
	}
	got := bypass.InForce(
		[]admissionregistrationv1.ValidatingAdmissionPolicy{
			policy("default", nil), policy("closed", new(admissionregistrationv1.Fail)),
			policy("open", new(admissionregistrationv1.Ignore)), policy("warns", nil), policy("narrow", nil),
			policy("unbound", nil),
		},
		[]admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			binding("default", nil, "Deny"), binding("closed", nil, "Audit", "Deny"), binding("open", nil, "Deny"),
			binding("warns", nil, "Warn"), binding("narrow", &admissionregistrationv1.MatchResources{}, "Deny"),
		})
	if diff := cmp.Diff([]string{"default", "closed"}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func TestAsked(t *testing.T) {
	configuration := func(name string, entries ...admissionregistrationv1.ValidatingWebhook,
	) []admissionregistrationv1.ValidatingWebhookConfiguration {
		return []admissionregistrationv1.ValidatingWebhookConfiguration{{
			ObjectMeta: metav1.ObjectMeta{Name: name}, Webhooks: entries,
		}}
	}
	closed := admissionregistrationv1.ValidatingWebhook{Name: "pods.gate.countersign.dev"}
	open := closed
	open.FailurePolicy = new(admissionregistrationv1.Ignore)
	tokens := admissionregistrationv1.ValidatingWebhook{Name: "tokens.countersign.dev", FailurePolicy: open.FailurePolicy}
	for name, test := range map[string]struct {
		reason string
		in     []admissionregistrationv1.ValidatingWebhookConfiguration
		want   bool
	}{
		"Closed":  {"as shipped", configuration("countersign-gate", closed, tokens), true},
		"Open":    {"one lets in what nobody answers for", configuration("countersign-gate", closed, open), false},
		"Nothing": {"it is gone", nil, false},
		"Emptied": {"nothing is asked", configuration("countersign-gate", tokens), false},
		"Other":   {"of another's", configuration("gate", closed), false},
	} {
		if got := bypass.Asked(test.in); got != test.want {
			t.Errorf("%s: %s: got %t", name, test.reason, got)
		}
	}
}
