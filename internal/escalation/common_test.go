// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package escalation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/countersign-dev/countersign/internal/escalation"
)

func rule(resource, name string, verbs ...string) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{APIGroups: []string{"apps"}, Resources: []string{resource}, Verbs: verbs}
	if name != "" {
		rule.ResourceNames = []string{name}
	}
	return rule
}

// TestCommon : what both hold, and no more.
func TestCommon(t *testing.T) {
	for name, test := range map[string]struct {
		reason              string
		rules, others, want []rbacv1.PolicyRule
	}{
		"All": {
			"the others hold all of it: it stays as it is written",
			[]rbacv1.PolicyRule{rule("deployments", "", "update", "get")},
			[]rbacv1.PolicyRule{rule("deployments", "", "get", "list", "update")},
			[]rbacv1.PolicyRule{rule("deployments", "", "update", "get")},
		},
		"Some": {
			"one verb is the others' too",
			[]rbacv1.PolicyRule{rule("deployments", "", "update", "get")},
			[]rbacv1.PolicyRule{rule("deployments", "", "get")},
			[]rbacv1.PolicyRule{rule("deployments", "", "get")},
		},
		"Names": {
			"what is limited to an object stays so",
			[]rbacv1.PolicyRule{rule("deployments", "web", "get"), rule("deployments", "shop", "get")},
			[]rbacv1.PolicyRule{rule("deployments", "web", "get")},
			[]rbacv1.PolicyRule{rule("deployments", "web", "get")},
		},
		"None": {
			"they have nothing in common",
			[]rbacv1.PolicyRule{rule("deployments", "", "get")}, []rbacv1.PolicyRule{rule("statefulsets", "", "get")}, nil,
		},
	} {
		if diff := cmp.Diff(test.want, escalation.Common(test.rules, test.others)); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

// TestSome : the first three are named, and the others counted.
func TestSome(t *testing.T) {
	for want, verbs := range map[string][]string{
		"": nil,
		"create pods.apps, get pods.apps, list pods.apps":            {"get", "list", "create"},
		"create pods.apps, get pods.apps, list pods.apps and 2 more": {"get", "list", "create", "watch", "update"},
	} {
		got := escalation.Some(escalation.Rights([]rbacv1.PolicyRule{rule("pods", "", verbs...)}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want, +got:\n%s", diff)
		}
	}
}
