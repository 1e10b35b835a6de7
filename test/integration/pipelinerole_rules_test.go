// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// withheld is a role that somebody has to look at.
const withheld = "Ready=False Withheld, Stalled=True Withheld"

func withRules(rules ...v1alpha1.Rule) func(*v1alpha1.PipelineRole) {
	return func(role *v1alpha1.PipelineRole) { role.Spec.Capabilities, role.Spec.Rules = nil, rules }
}

func rule(group, resource string, verbs ...v1alpha1.Verb) v1alpha1.Rule {
	return v1alpha1.Rule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: verbs}
}

// TestRules: rules become a Role in each namespace of the role, and go with it.
func TestRules(t *testing.T) {
	named := rule("apps", "deployments", "get", "patch")
	named.ResourceNames = []string{"web"}
	team := newTeam(t, "rules", withRules(named, rule("", "configmaps", "list")))
	namespace(t, "rules-a", "rules")
	namespace(t, "rules-b", "elsewhere")
	patch := authorizationv1.ResourceAttributes{Group: "apps", Resource: "deployments", Verb: "patch", Name: "web"}
	other := patch
	other.Name = "db"
	team.awaitAccess(t, "rules-a", alice, patch, true)
	team.awaitAccess(t, "rules-a", alice, other, false)
	team.awaitAccess(t, "rules-b", alice, patch, false)
	team.awaitConditions(t, granted)

	made := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: "rules-a", Name: grants.RulesName("rules")}}
	edit(t, team.all, made, func(role *rbacv1.Role) {
		role.Rules = append(role.Rules, rbacv1.PolicyRule{
			APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"delete"},
		})
	})
	team.awaitAccess(t, "rules-a", alice, access("delete", "configmaps"), false)

	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Spec.Rules = role.Spec.Rules[1:] })
	team.awaitAccess(t, "rules-a", alice, patch, false)
	team.awaitAccess(t, "rules-a", alice, access("list", "configmaps"), true)
	team.label(t, "rules-a", "")
	team.awaitGone(t, made)
}

// TestForeignRole: nobody is bound to a Role that somebody else made under a generated name.
func TestForeignRole(t *testing.T) {
	namespace(t, "foreign-role-a", "foreign-role")
	theirs := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: "foreign-role-a", Name: grants.RulesName("foreign-role")},
		Rules:      []rbacv1.PolicyRule{right("delete", "", "configmaps")},
	}
	create(t, theirs)
	team := newTeam(t, "foreign-role", withRules(rule("", "configmaps", "get")))
	team.awaitConditions(t, nameTaken)
	if made := bindingsOf(t.Context(), t, team); len(made) > 0 {
		t.Errorf("somebody is bound to a Role that others made: %v", made[0].Name)
	}
	team.assertUntouched(t, theirs)
}

// TestTooManyRights: what a few lines multiply to is counted before it is written out.
func TestTooManyRights(t *testing.T) {
	role := newRole("many", withTooMany)
	mentions(t, "3 rules of 7 verbs and 64 names", admin(t).Create(t.Context(), role, client.DryRunAll),
		"spec.rules: come to 1344 rights")
	selector := newRole("many-terms", func(role *v1alpha1.PipelineRole) {
		role.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{}}
		for i := range 17 {
			role.Spec.NamespaceSelector.MatchLabels[fmt.Sprintf("label-%d", i)] = "x"
		}
	})
	mentions(t, "17 labels", admin(t).Create(t.Context(), selector, client.DryRunAll), "spec.namespaceSelector: must not")
}

// withTooMany rights in the rules of a role.
func withTooMany(role *v1alpha1.PipelineRole) {
	many := rule("apps", "deployments", "get", "list", "watch", "create", "update", "patch", "delete")
	for i := range 64 {
		many.ResourceNames = append(many.ResourceNames, fmt.Sprintf("name-%d", i))
	}
	withRules(many, many, many)(role)
}

// TestForbiddenRules: what could grant more rights is in no role, and the message names the field.
func TestForbiddenRules(t *testing.T) {
	for name, test := range map[string]struct {
		reason string
		rule   map[string]any
		says   string
	}{
		"VerbWildcard":     {"all verbs", unstructuredRule("", "pods", "*"), "spec.rules[0].verbs[0]"},
		"Escalate":         {"rights beyond one's own", unstructuredRule("", "pods", "escalate"), "spec.rules[0].verbs[0]"},
		"Bind":             {"others' roles", unstructuredRule("", "pods", "bind"), "spec.rules[0].verbs[0]"},
		"Impersonate":      {"others' names", unstructuredRule("", "users", "impersonate"), "spec.rules[0].verbs[0]"},
		"Approve":          {"certificates", unstructuredRule("", "signers", "approve"), "spec.rules[0].verbs[0]"},
		"Sign":             {"certificates", unstructuredRule("", "signers", "sign"), "spec.rules[0].verbs[0]"},
		"GroupWildcard":    {"all groups", unstructuredRule("*", "pods", "get"), "spec.rules[0].apiGroups[0]"},
		"ResourceWildcard": {"all resources", unstructuredRule("", "*", "get"), "spec.rules[0].resources[0]"},
		"SubresourceWildcard": {
			"all subresources", unstructuredRule("", "pods/*", "get"), "spec.rules[0].resources[0]",
		},
		"RBAC": {"roles", unstructuredRule("rbac.authorization.k8s.io", "roles", "get"), "spec.rules[0].apiGroups"},
		"Admission": {
			"the gate", unstructuredRule("admissionregistration.k8s.io", "validatingwebhookconfigurations", "get"),
			"spec.rules[0].apiGroups",
		},
		"CSR": {
			"certificates", unstructuredRule("certificates.k8s.io", "certificatesigningrequests", "create"),
			"spec.rules[0].apiGroups",
		},
		"OurKinds": {"approvals", unstructuredRule("countersign.dev", "approvals", "create"), "spec.rules[0].apiGroups"},
		"Tokens":   {"others' tokens", unstructuredRule("", "serviceaccounts/token", "create"), "spec.rules[0].resources"},
		"NodeProxy": {
			"past admission", unstructuredRule("", "nodes/proxy", "get"), "spec.rules[0].resources",
		},
	} {
		t.Run(name, func(t *testing.T) {
			object := unstructuredRole(t, test.rule)
			mentions(t, test.reason, admin(t).Create(t.Context(), object, client.DryRunAll), test.says)
		})
	}
	t.Run("NonResourceURLs", func(t *testing.T) {
		urls := unstructuredRule("", "pods", "get")
		urls["nonResourceURLs"] = []any{"/metrics"}
		object := unstructuredRole(t, urls)
		err := admin(t).Create(t.Context(), object, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
		mentions(t, "a path of the API server", err, "spec.rules[0].nonResourceURLs")
	})
	t.Run("SystemGroup", func(t *testing.T) {
		role := newRole("forbidden", func(role *v1alpha1.PipelineRole) {
			role.Spec.Members = []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: "system:masters"}}
		})
		mentions(t, "a group of the system", admin(t).Create(t.Context(), role, client.DryRunAll), "spec.members[0].name")
	})
}

// unstructuredRole is a role with a rule that our types may not be able to hold.
func unstructuredRole(t *testing.T, rule map[string]any) *unstructured.Unstructured {
	t.Helper()
	role := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "forbidden"},
		Spec:       v1alpha1.PipelineRoleSpec{Environments: []v1alpha1.EnvironmentName{"forbidden"}},
	}
	raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(role)
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: raw}
	object.SetGroupVersionKind(v1alpha1.SchemeGroupVersion.WithKind("PipelineRole"))
	if err := unstructured.SetNestedSlice(object.Object, []any{rule}, "spec", "rules"); err != nil {
		t.Fatal(err)
	}
	return object
}

func unstructuredRule(group, resource, verb string) map[string]any {
	return map[string]any{"apiGroups": []any{group}, "resources": []any{resource}, "verbs": []any{verb}}
}

// TestUnenforcedNames: where RBAC does not hold to names the author is told.
func TestUnenforcedNames(t *testing.T) {
	c, said := warned(t, "admin", "system:masters")
	named := rule("", "configmaps", "create", "list")
	named.ResourceNames = []string{"web"}
	role := newRole("unenforced", withRules(named))
	if err := c.Create(t.Context(), role, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	want := []string{"spec.rules[0].resourceNames: create is never allowed by a rule with resourceNames, since the API " +
		"server does not know the name yet: give it in a rule without; list is allowed only where the client asks for one " +
		"of the names (--field-selector metadata.name=…)"}
	if difference := cmp.Diff(want, said.texts); difference != "" {
		t.Errorf("warnings: -want, +got:\n%s", difference)
	}
}

// mentions checks that a call is refused, and that the message has a part.
func mentions(t *testing.T, reason string, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("%s: want a refusal that says %q, got: %v", reason, part, err)
	}
}
