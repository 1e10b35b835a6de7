// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestUnreadableRole: a role that admission would have refused, stored by an older operator or in its absence, gives
// nothing and says so. It can be repaired, by who could give what it then says.
func TestUnreadableRole(t *testing.T) {
	namespace(t, "unreadable-a", "unreadable")
	for name, test := range map[string]struct {
		reason string
		role   *v1alpha1.PipelineRole
		want   string
		repair func(*v1alpha1.PipelineRole)
		gives  authorizationv1.ResourceAttributes
		// needs is what whoever repairs it must hold, says what others are told.
		needs rbacv1.PolicyRule
		says  string
	}{
		"Selector": {
			reason: "its selector is none", role: newRole("unreadable-selector", withBadSelector),
			want:   "Ready=False SelectorInvalid, Stalled=True SelectorInvalid",
			repair: func(role *v1alpha1.PipelineRole) { role.Spec.NamespaceSelector = nil },
			gives:  authorizationv1.ResourceAttributes{Group: "apps", Resource: "deployments", Verb: "list"},
			needs:  right("bind", rbacv1.GroupName, "clusterroles", "countersign-view"),
			says:   "may not give capability View in namespace unreadable-a",
		},
		"Rules": {
			reason: "its rules multiply to too many rights to be asked about", role: newRole("unreadable-rules", withTooMany),
			want: withheld, repair: withRules(rule("", "configmaps", "get")), gives: access("get", "configmaps"),
			needs: right("escalate", v1alpha1.GroupName, "pipelineroles", "unreadable-rules"),
			says:  "the role as it is: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.role.Spec.Environments = []v1alpha1.EnvironmentName{"unreadable"}
			team := team{role: test.role, all: breakGlass(t)}
			storeUnchecked(t, test.role)
			team.awaitConditions(t, test.want)
			if made := bindingsOf(t.Context(), t, team); len(made) > 0 {
				t.Errorf("%s: it gives %s", test.reason, made[0].Name)
			}
			team.awaitAccess(t, "unreadable-a", alice, test.gives, false)

			repaired := test.role.DeepCopy()
			test.repair(repaired)
			change := client.MergeFrom(test.role)
			other := newLead(t, test.role.Name+"-other", right("get", "", "configmaps"))
			mentions(t, "who cannot give it does not repair it", other.Patch(t.Context(), repaired.DeepCopy(), change),
				test.says)
			team.awaitAccess(t, "unreadable-a", alice, test.gives, false)
			if err := newLead(t, test.role.Name, test.needs).Patch(t.Context(), repaired, change); err != nil {
				t.Errorf("%s: want it repaired, got: %v", test.reason, err)
			}
			team.awaitAccess(t, "unreadable-a", alice, test.gives, true)
			team.awaitConditions(t, granted)
		})
	}
}

func withBadSelector(role *v1alpha1.PipelineRole) {
	role.Spec.NamespaceSelector = &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: metav1.LabelSelectorOpIn}},
	}
}

// storeUnchecked stores a role that the operator's webhook would refuse, by having the API server not ask about it.
func storeUnchecked(t *testing.T, role *v1alpha1.PipelineRole) {
	t.Helper()
	setChecks(t, admissionregistrationv1.MatchCondition{
		Name: "checked", Expression: fmt.Sprintf("object.metadata.name != %q", role.Name),
	})
	t.Cleanup(func() { cleanUp(t, role) })
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		if err := c.Create(ctx, role); err != nil {
			return "the API server not to ask: " + err.Error()
		}
		return ""
	})
	setChecks(t)
	eventually(t, func(ctx context.Context) string {
		err := c.Create(ctx, newRole(role.Name+"-again", withBadSelector), client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), "spec.namespaceSelector") {
			return fmt.Sprintf("the API server to ask again: %v", err)
		}
		return ""
	})
}

// setChecks says of which roles and policies the API server asks the operator; without conditions, of all.
func setChecks(t *testing.T, conditions ...admissionregistrationv1.MatchCondition) {
	t.Helper()
	name := metav1.ObjectMeta{Name: "countersign-gate"}
	hooks := &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: name}
	edit(t, breakGlass(t), hooks, func(hooks *admissionregistrationv1.ValidatingWebhookConfiguration) {
		for i := range hooks.Webhooks {
			if hooks.Webhooks[i].Name == "roles.countersign.dev" {
				hooks.Webhooks[i].MatchConditions = conditions
			}
		}
	})
}
