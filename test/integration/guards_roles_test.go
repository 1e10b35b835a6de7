// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func clusterRoleNamed(name string) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func clusterRoleBindingNamed(name string) *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

// testRoles: cluster administrators take no rights from the operator, and write none into what capabilities hold,
// unless they break the glass. What others aggregate to a capability still gets there.
func (g guarded) testRoles(t *testing.T) {
	const policy, manager, base = "countersign-installation", "countersign-manager-role", "countersign-deploy-base"
	const secrets = `"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]`
	admin := g.admin(t)
	glass := g.as(t, "admin", administrators, breakGlassGroup)
	aggregator, err := g.ServiceAccount(t.Context(), "kube-system", "clusterrole-aggregation-controller")
	if err != nil {
		t.Fatal(err)
	}
	controller := clientFor(t, aggregator)
	g.create(t, clusterRoleNamed("somebody-elses"), clusterRoleNamed("countersign-retired"))
	tryAll(t, map[string]attempt{
		"Narrow": {
			"the operator would stop", patch(admin, clusterRoleNamed(manager), "", `{"rules":null}`), policy,
			"--as-group=" + breakGlassGroup,
		},
		"Delete": {"it would have no rights", deleting(admin, clusterRoleNamed(manager)), policy, "depends on " + manager},
		"Unbind": {"nor any so", deleting(admin, clusterRoleBindingNamed("countersign-manager-rolebinding")), policy, ""},
		"Rebind": {"somebody else would have them", patch(admin, clusterRoleBindingNamed("countersign-ceiling"), "",
			`{"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"mallory"}]}`), policy, ""},
		"Widen": {"they would read Secrets", patch(admin, clusterRoleNamed(base), "", `{`+secrets+`}`), policy, ""},
		"Aggregate": {"from anything labelled", patch(admin, clusterRoleNamed("countersign-deploy"), "", `{"aggregationRule":
			{"clusterRoleSelectors":[{"matchLabels":{"any":"thing"}}]}}`), policy, ""},
		"Unlabel": {"a capability would lose its rights", patch(admin, clusterRoleNamed(base), "",
			`{"metadata":{"labels":{"countersign.dev/aggregate-to-deploy":null}}}`), policy, ""},
		"Relabel": {"another would get them", patch(admin, clusterRoleNamed(base), "",
			`{"metadata":{"labels":{"countersign.dev/aggregate-to-view":"true"}}}`), policy, ""},
		"Owner": {"the garbage collector would delete it", patch(admin, clusterRoleNamed(base), "",
			`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Namespace","name":"gone","uid":"gone"}]}}`), policy, ""},
		"DeleteAll": {"deletion in bulk is deletion", deletingAll(admin, clusterRoleBindingNamed("")), policy, ""},
		"Controller": {
			"what is not aggregated is none of its business", patch(controller, clusterRoleNamed(base), "", `{`+secrets+`}`),
			policy, "",
		},
		"ControllerElse": {
			"nor are the labels of what is", patch(controller, clusterRoleNamed("countersign-deploy"), "",
				`{"metadata":{"labels":{"countersign.dev/aggregate-to-view":"true"}}}`), policy, "",
		},

		"SameAgain": {"applying it again changes nothing", patch(admin, clusterRoleNamed(manager), "",
			`{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}`), "", ""},
		"Others":     {"others are not ours to guard", deleting(admin, clusterRoleNamed("somebody-elses")), "", ""},
		"BreakGlass": {"somebody must be able to", deleting(glass, clusterRoleNamed("countersign-retired")), "", ""},
	})
	t.Run("Aggregated", g.testAggregated)
}

// testAggregated: an administrator may have a capability hold more by a ClusterRole of another name.
func (g guarded) testAggregated(t *testing.T) {
	more := clusterRoleNamed("deploy-more")
	more.Labels = map[string]string{"countersign.dev/aggregate-to-deploy": "true"}
	more.Rules = []rbacv1.PolicyRule{right("get", "example.com", "things")}
	for _, change := range []struct {
		reason string
		call   try
		want   bool
	}{
		{"it is RBAC", creating(g.admin(t), more), true},
		{"so it is to take it back", deleting(g.admin(t), more), false},
	} {
		goesThrough(t, change.reason, change.call)
		eventually(t, func(ctx context.Context) string {
			deploy := clusterRoleNamed("countersign-deploy")
			if err := g.admin(t).Get(ctx, client.ObjectKeyFromObject(deploy), deploy); err != nil {
				return err.Error()
			}
			if slices.ContainsFunc(deploy.Rules, func(rule rbacv1.PolicyRule) bool {
				return slices.Equal(rule.APIGroups, []string{"example.com"})
			}) != change.want {
				return "the capability to be what is aggregated to it"
			}
			return ""
		})
	}
}
