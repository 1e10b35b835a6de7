// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/countersign-dev/countersign/internal/bypass"
)

var (
	verbs     = []string{"get", "create", "update", "patch", "delete", "escalate", "impersonate", "approve", "*"}
	groups    = []string{"", "apps", rbac, admission, ours, "certificates.k8s.io", "*"}
	resources = []string{"pods", "pods/exec", "*/exec", "secrets", "users", "roles", "namespaces", "signers", "approvals",
		"validatingadmissionpolicies", "nodes/proxy", "configmaps", "promotionrequests/status", "*"}
)

func some(random *rand.Rand, words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(string) bool { return random.IntN(4) > 0 })
}

func randomRules(random *rand.Rand) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for range random.IntN(4) {
		rules = append(rules, rbacv1.PolicyRule{
			Verbs: some(random, verbs), APIGroups: some(random, groups), Resources: some(random, resources),
		})
	}
	return rules
}

// TestAgreesWithTheAPIServer: a way is found if and only if the API server's own comparison says that the rules cover
// one of the rights by which it is one, whatever the wildcards.
func TestAgreesWithTheAPIServer(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		rules := randomRules(random)
		found := bypass.Find(give(shop(), eve, "", "r", rules...))
		covers := func(verb, group, resource string) bool {
			covered, _ := validation.Covers(rules, []rbacv1.PolicyRule{rule(verb, group, resource)})
			return covered
		}
		all := covers("*", "*", "*")
		for way, want := range map[string]bool{
			"everything": all,
			"nodes":      covers("get", "", "nodes/proxy") || covers("create", "", "nodes/proxy"),
			"certificates": covers("approve", "certificates.k8s.io", "signers") ||
				covers("sign", "certificates.k8s.io", "signers"),
			"decisions": covers("update", ours, "approvals") || covers("patch", ours, "approvals") ||
				covers("delete", ours, "approvals"),
		} {
			got := slices.ContainsFunc(found, func(f bypass.Finding) bool { return f.Way == way })
			if got != (want && (!all || way == "everything")) {
				t.Fatalf("%s: found %t, for %v", way, got, rules)
			}
		}
	}
}

// TestMoreRightsAreMoreWays: one more rule never makes a way disappear, save among everything; and one guard fewer
// never closes one.
func TestMoreRightsAreMoreWays(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		rules := randomRules(random)
		few := bypass.Find(give(shop(), eve, "", "r", rules...))
		more := bypass.Find(give(shop(), eve, "", "r", append(rules, randomRules(random)...)...))
		for _, f := range few {
			if !slices.ContainsFunc(more, func(o bypass.Finding) bool { return o.Way == f.Way || o.Way == "everything" }) {
				t.Fatalf("%s is gone, with more rights than %v", f.Way, rules)
			}
		}
		less := give(shop(), eve, "", "r", rules...)
		less.Guards = some(random, less.Guards)
		for _, f := range bypass.Find(less) {
			if !f.Open() && !slices.ContainsFunc(few, func(o bypass.Finding) bool { return o.Way == f.Way && !o.Open() }) {
				t.Fatalf("%s is guarded where fewer guards are in force", f.Way)
			}
		}
	}
}
