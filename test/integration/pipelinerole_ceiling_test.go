// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestCeiling: of rules that exceed the ceiling the rest is given, and the status says what is missing where. What the
// ceiling holds is given and taken as it rises and falls, before the operator would look again by itself.
func TestCeiling(t *testing.T) {
	secret := rule("", "secrets", "get")
	secret.ResourceNames = []string{"tls"}
	team := newTeam(t, "ceiling", withRules(rule("", "configmaps", "get"), secret))
	namespace(t, "ceiling-a", "ceiling")
	get := access("get", "configmaps")
	tls := authorizationv1.ResourceAttributes{Resource: "secrets", Verb: "get", Name: "tls"}
	team.awaitAccess(t, "ceiling-a", alice, get, true)
	team.awaitAccess(t, "ceiling-a", alice, tls, false)
	team.awaitConditions(t, withheld)
	want := []v1alpha1.Withheld{{Grant: "rules[1]", Message: `ClusterRole countersign-ceiling does not hold: ` +
		`get secrets "tls". Countersign gives them once it does; an administrator raises it ` +
		`with a ClusterRole labelled countersign.dev/aggregate-to-ceiling=true, for example: kubectl create clusterrole ` +
		`ceiling-more --verb=get --resource=secrets --resource-name=tls && kubectl label clusterrole ceiling-more ` +
		`countersign.dev/aggregate-to-ceiling=true`}}
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string { return cmp.Diff(want, role.Status.Withheld) })

	more := raiseCeiling(t, "ceiling-more", "tls")
	team.awaitAccess(t, "ceiling-a", alice, tls, true)
	team.awaitConditions(t, granted)

	if err := team.all.Delete(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	team.awaitAccess(t, "ceiling-a", alice, tls, false)
	team.awaitConditions(t, withheld)
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string { return cmp.Diff(want, role.Status.Withheld) })
	team.awaitAccess(t, "ceiling-a", alice, get, true)
}

// raiseCeiling by the right to read one Secret.
func raiseCeiling(t *testing.T, name, secret string) *rbacv1.ClusterRole {
	t.Helper()
	more := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Labels: map[string]string{"countersign.dev/aggregate-to-ceiling": "true"},
		},
		Rules: []rbacv1.PolicyRule{right("get", "", "secrets", secret)},
	}
	create(t, more)
	return more
}

// TestCeilingRises: what the ceiling kept from a role is not given when it rises, unless the author may give it.
func TestCeilingRises(t *testing.T) {
	secret := rule("", "secrets", "get")
	secret.ResourceNames = []string{"rising"}
	l := newLead(t, "rising-lead")
	role := newRole("rising", withRules(rule("", "configmaps", "get"), secret))
	if err := l.Create(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cleanUp(t, role) })
	team := team{role: role, all: breakGlass(t)}
	namespace(t, "rising-a", "")
	l.mayIn(t, "rising-a", right("get", "", "configmaps"))
	team.label(t, "rising-a", "rising")
	team.awaitAccess(t, "rising-a", alice, access("get", "configmaps"), true)

	raiseCeiling(t, "ceiling-rising", "rising")
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string {
		if len(role.Status.Withheld) == 0 || role.Status.Withheld[0].Namespace != "rising-a" {
			return "the author to be asked about what the ceiling holds now"
		}
		return ""
	})
	tls := authorizationv1.ResourceAttributes{Resource: "secrets", Verb: "get", Name: "rising"}
	team.awaitAccess(t, "rising-a", alice, tls, false)
	team.awaitAccess(t, "rising-a", alice, access("get", "configmaps"), true)

	revouched := role.DeepCopy()
	delete(revouched.Annotations, v1alpha1.AuthorAnnotation)
	other := newLead(t, "rising-other")
	mentions(t, "who does not hold it does not vouch for it", other.Patch(t.Context(), revouched, client.MergeFrom(role)),
		"for want of the right to")
	edit(t, team.all, role, func(role *v1alpha1.PipelineRole) { delete(role.Annotations, v1alpha1.AuthorAnnotation) })
	team.awaitAccess(t, "rising-a", alice, tls, true)
	team.awaitConditions(t, granted)
}
