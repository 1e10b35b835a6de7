// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

func TestRights(t *testing.T) {
	rules := []rbacv1.PolicyRule{
		{
			APIGroups: []string{"apps"}, Resources: []string{"deployments/scale", "deployments"},
			Verbs: []string{"patch", "get"},
		},
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}, ResourceNames: []string{"b", "a"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"get"}},
		{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}},
	}
	var got []string
	for _, right := range escalation.Rights(rules) {
		got = append(got, right.String())
	}
	want := []string{
		"get secrets \"a\"", "get secrets \"b\"", "get deployments.apps", "patch deployments.apps",
		"get deployments.apps/scale", "patch deployments.apps/scale",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func TestForbidden(t *testing.T) {
	harmless := v1alpha1.Rule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []v1alpha1.Verb{"get"}}
	with := func(change func(*v1alpha1.Rule)) v1alpha1.Rule {
		rule := harmless
		change(&rule)
		return rule
	}
	for name, test := range map[string]struct {
		reason string
		rule   v1alpha1.Rule
		field  string
	}{
		"Harmless": {"reading Pods", harmless, ""},
		"Escalate": {
			"rights beyond one's own",
			with(func(r *v1alpha1.Rule) { r.Verbs = []v1alpha1.Verb{"get", "escalate"} }),
			"verbs",
		},
		"AnyVerb": {"a wildcard", with(func(r *v1alpha1.Rule) { r.Verbs = []v1alpha1.Verb{"*"} }), "verbs"},
		"ConstrainedImpersonation": {"impersonation has verbs of its own now",
			with(func(r *v1alpha1.Rule) { r.Verbs = []v1alpha1.Verb{"impersonate:user-info"} }), "verbs"},
		"AnyGroup": {"a wildcard", with(func(r *v1alpha1.Rule) { r.APIGroups = []string{"*"} }), "apiGroups"},
		"RBAC": {
			"roles",
			with(func(r *v1alpha1.Rule) { r.APIGroups = []string{"", "rbac.authorization.k8s.io"} }),
			"apiGroups",
		},
		"OurKinds":    {"approvals", with(func(r *v1alpha1.Rule) { r.APIGroups = []string{"countersign.dev"} }), "apiGroups"},
		"AnyResource": {"a wildcard", with(func(r *v1alpha1.Rule) { r.Resources = []string{"*"} }), "resources"},
		"AnySubresource": {"a wildcard after the slash",
			with(func(r *v1alpha1.Rule) { r.Resources = []string{"pods/*"} }), "resources"},
		"Tokens": {
			"others' tokens",
			with(func(r *v1alpha1.Rule) { r.Resources = []string{"serviceaccounts/token"} }),
			"resources",
		},
	} {
		t.Run(name, func(t *testing.T) {
			field, _, _ := strings.Cut(escalation.Forbidden(test.rule), ":")
			if field != test.field {
				t.Errorf("%s: forbidden for field %q, want %q", test.reason, field, test.field)
			}
			if permitted := escalation.Permitted([]v1alpha1.Rule{test.rule}); (len(permitted) > 0) != (test.field == "") {
				t.Errorf("%s: permitted: %v", test.reason, permitted)
			}
		})
	}
}

func TestUnenforced(t *testing.T) {
	rule := v1alpha1.Rule{Verbs: []v1alpha1.Verb{"get", "create", "list", "delete"}}
	if got := escalation.Unenforced(rule); got != "" {
		t.Errorf("a rule without names is warned of: %s", got)
	}
	rule.ResourceNames = []string{"web"}
	got := escalation.Unenforced(rule)
	for verb, want := range map[string]bool{"create": true, "list": true, "delete": false, "get": false} {
		if strings.Contains(got, verb+" is") != want {
			t.Errorf("verb %s: want a warning: %t, got: %s", verb, want, got)
		}
	}
}

// TestCount: what is counted is what it comes to, without being written out.
func TestCount(t *testing.T) {
	many := make([]string, 64)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	rule := v1alpha1.Rule{
		APIGroups: many[:2], Resources: many[:3], Verbs: []v1alpha1.Verb{"get", "list"}, ResourceNames: many[:5],
	}
	if got, want := escalation.Count([]v1alpha1.Rule{rule}), len(escalation.Rights(
		escalation.Permitted([]v1alpha1.Rule{rule}))); got != want {
		t.Errorf("counted %d, they come to %d", got, want)
	}
	rule.ResourceNames = nil
	if got := escalation.Count([]v1alpha1.Rule{rule, rule}); got != 24 {
		t.Errorf("counted %d, want 24", got)
	}
}

// TestBeyond: what is beyond the ceiling, and only that, is no longer beyond once the ceiling has it.
func TestBeyond(t *testing.T) {
	for range 500 {
		rules, ceiling := randomRules(), randomRules()
		beyond := escalation.Beyond(rules, ceiling)
		for _, right := range beyond {
			if !slices.Contains(escalation.Rights(rules), right) {
				t.Fatalf("%s is beyond %v, and not in %v", right, ceiling, rules)
			}
			ceiling = append(ceiling, rbacv1.PolicyRule{
				APIGroups: []string{right.Group}, Resources: []string{right.Resource}, Verbs: []string{right.Verb},
				ResourceNames: slices.DeleteFunc([]string{right.Name}, func(name string) bool { return name == "" }),
			})
		}
		if left := escalation.Beyond(rules, ceiling); len(left) > 0 {
			t.Fatalf("%v is beyond a ceiling that has it", left)
		}
	}
}

func randomRules() []rbacv1.PolicyRule {
	some := func(words ...string) []string {
		return slices.DeleteFunc(words, func(string) bool { return rand.IntN(2) == 0 })
	}
	var rules []rbacv1.PolicyRule
	for range rand.IntN(4) {
		rules = append(rules, rbacv1.PolicyRule{
			APIGroups: some("", "apps"), Resources: some("pods", "deployments", "deployments/scale"), Verbs: some("get", "list"),
			ResourceNames: some("web"),
		})
	}
	return rules
}
