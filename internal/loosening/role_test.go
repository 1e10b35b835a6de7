// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

type roleSpec = v1alpha1.PipelineRoleSpec

func at(hour int) *metav1.Time {
	return &metav1.Time{Time: time.Date(2030, 1, 1, hour, 0, 0, 0, time.UTC)}
}

// aRole has something in every field but conflictsWith.
func aRole(edits ...edit[roleSpec]) *v1alpha1.PipelineRole {
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: "managers"}, Spec: roleSpec{
		Environments:      []v1alpha1.EnvironmentName{"production"},
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}},
		Capabilities:      []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove},
		Rules: []v1alpha1.Rule{{
			APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []v1alpha1.Verb{"get", "update"},
			ResourceNames: []string{"flags"},
		}},
		Members: []v1alpha1.Member{
			{Kind: v1alpha1.MemberUser, Name: "bob", StartTime: at(8), ExpireTime: at(16)},
			{Kind: v1alpha1.MemberGroup, Name: "managers"},
		},
		Bots: []v1alpha1.Bot{{Name: "ci", Namespace: "cicd", Owner: "shop", Audiences: []string{"ci"}}},
	}}
	for _, edit := range edits {
		edit(&role.Spec)
	}
	return role
}

// TestRole : each edit one way is looser, in these words, and the other way is not.
func TestRole(t *testing.T) {
	for name, test := range map[string]struct {
		edit edit[roleSpec]
		// looser is what the edit loosens, and back what it loosens to take it back; empty where nothing.
		looser, back string
	}{
		"Environment": {func(r *roleSpec) { r.Environments = append(r.Environments, "staging") },
			"environments: staging added", ""},
		"Selector": {func(r *roleSpec) { r.NamespaceSelector = nil }, "namespaceSelector: selects other namespaces", ""},
		"SelectsAll": {func(r *roleSpec) { r.NamespaceSelector = &metav1.LabelSelector{} },
			"namespaceSelector: selects other namespaces", ""},
		"Capability": {func(r *roleSpec) { r.Capabilities = r.Capabilities[:1] }, "",
			"capabilities: Approve added"},
		"Verb": {func(r *roleSpec) { r.Rules[0].Verbs = r.Rules[0].Verbs[:1] }, "", "rules[0]: gives more"},
		"OtherGroup": {func(r *roleSpec) { r.Rules[0].APIGroups = []string{"apps"} }, "rules[0]: gives more",
			"rules[0]: gives more"},
		"OtherResource": {func(r *roleSpec) { r.Rules[0].Resources = []string{"secrets"} }, "rules[0]: gives more",
			"rules[0]: gives more"},
		"OtherObject": {func(r *roleSpec) { r.Rules[0].ResourceNames = []string{"passwords"} }, "rules[0]: gives more",
			"rules[0]: gives more"},
		"Named":  {func(r *roleSpec) { r.Rules[0].ResourceNames = nil }, "rules[0]: gives more", ""},
		"Start":  {func(r *roleSpec) { r.Members[0].StartTime = at(7) }, "members: user bob added, or for longer", ""},
		"Expire": {func(r *roleSpec) { r.Members[0].ExpireTime = at(9) }, "", "members: user bob added, or for longer"},
		"Begun":  {func(r *roleSpec) { r.Members[0].StartTime = nil }, "members: user bob added, or for longer", ""},
		"Stays":  {func(r *roleSpec) { r.Members[0].ExpireTime = nil }, "members: user bob added, or for longer", ""},
		"OtherName": {func(r *roleSpec) { r.Members[0].Name = "eve" }, "members: user eve added, or for longer",
			"members: user bob added, or for longer"},
		"OtherKind": {func(r *roleSpec) { r.Members[0].Kind = v1alpha1.MemberGroup },
			"members: group bob added, or for longer", "members: user bob added, or for longer"},
		"Member":   {func(r *roleSpec) { r.Members = r.Members[:1] }, "", "members: group managers added, or for longer"},
		"Bot":      {func(r *roleSpec) { r.Bots = nil }, "", "bots[cicd/ci]: added"},
		"OtherBot": {func(r *roleSpec) { r.Bots[0].Name = "cd" }, "bots[cicd/cd]: added", "bots[cicd/ci]: added"},
		"BotElsewhere": {func(r *roleSpec) { r.Bots[0].Namespace = "builds" }, "bots[builds/ci]: added",
			"bots[cicd/ci]: added"},
		"Owner": {func(r *roleSpec) { r.Bots[0].Owner = "other" }, "", ""},
		"Token": {func(r *roleSpec) { r.Bots[0].MaxTokenSeconds = 600 }, "",
			"bots[cicd/ci].maxTokenSeconds: 600 -> 3600"},
		"Audience": {func(r *roleSpec) { r.Bots[0].Audiences = []string{"ci", "all"} },
			"bots[cicd/ci].audiences: all added", ""},
		"Audiences": {func(r *roleSpec) { r.Bots[0].Audiences = nil }, "bots[cicd/ci].audiences: others",
			"bots[cicd/ci].audiences: others"},
		"Pods": {func(r *roleSpec) { r.Bots[0].Pods = v1alpha1.BotPodsAllow }, "bots[cicd/ci].pods: Deny -> Allow", ""},
		"Conflict": {func(r *roleSpec) { r.ConflictsWith = []v1alpha1.RoleName{"developers"} }, "",
			"conflictsWith: developers removed"},
		"Everybody": {func(r *roleSpec) { r.Members, r.Bots = nil, nil }, "",
			"gives View, Approve, rules in production to user bob, group managers, bot cicd/ci"},
	} {
		if diff := cmp.Diff(test.looser, joined(loosening.Role(aRole(), aRole(test.edit), nil))); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(test.back, joined(loosening.Role(aRole(test.edit), aRole(), nil))); diff != "" {
			t.Errorf("%s, taken back: -want, +got:\n%s", name, diff)
		}
		if looser := loosening.Role(aRole(test.edit), aRole(test.edit), nil); len(looser) > 0 {
			t.Errorf("%s, kept: loosens %q", name, looser)
		}
	}
	if looser := loosening.Role(nil, nil, nil); len(looser) > 0 {
		t.Errorf("there is no role, and it loosens %q", looser)
	}
}

// TestRoleThatConflicts : whoever is taken out of it may approve by the other.
func TestRoleThatConflicts(t *testing.T) {
	other := aRole(func(r *roleSpec) { r.ConflictsWith = []v1alpha1.RoleName{"managers"} })
	other.Name = "developers"
	fewer := aRole(func(r *roleSpec) { r.Members = slices.Delete(r.Members, 0, 1) })
	another := aRole()
	another.Name = "auditors"
	const freed = "members: user bob removed, or for less time: developers conflicted with this role"
	others := []v1alpha1.PipelineRole{*another, *other}
	if diff := cmp.Diff(freed, joined(loosening.Role(aRole(), fewer, others))); diff != "" {
		t.Errorf("the other says so: -want, +got:\n%s", diff)
	}
	if looser := loosening.Role(aRole(), nil, []v1alpha1.PipelineRole{*other}); len(looser) != 2 {
		t.Errorf("to delete it frees two, and not %q", looser)
	}
	if looser := loosening.Role(aRole(), nil, nil); len(looser) > 0 {
		t.Errorf("to delete a role that conflicts with none loosens %q", looser)
	}
	if looser := loosening.Role(nil, aRole(func(r *roleSpec) { r.Members, r.Bots = nil, nil }), nil); len(looser) > 0 {
		t.Errorf("a role that nobody holds gives %q", looser)
	}
}

// TestRoleThatSaysWhatItConflictsWith : each of them is named, once and in order.
func TestRoleThatSaysWhatItConflictsWith(t *testing.T) {
	conflicting := func(r *roleSpec) { r.ConflictsWith = []v1alpha1.RoleName{"testers", "developers"} }
	fewer := aRole(conflicting, func(r *roleSpec) { r.Members = r.Members[:1] })
	other := aRole()
	other.Name = "testers"
	want := "members: group managers removed, or for less time: developers, testers conflicted with this role"
	got := loosening.Role(aRole(conflicting), fewer, []v1alpha1.PipelineRole{*other})
	if diff := cmp.Diff(want, joined(got)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestRoleMade : a new role gives all that it has, to whoever holds it.
func TestRoleMade(t *testing.T) {
	for name, test := range map[string]struct {
		reason string
		edit   edit[roleSpec]
		want   string
	}{
		"All": {"capabilities and rules, to people and bots", func(*roleSpec) {},
			"gives View, Approve, rules in production to user bob, group managers, bot cicd/ci"},
		"Capabilities": {"it has no rules", func(r *roleSpec) { r.Rules, r.Bots = nil, nil },
			"gives View, Approve in production to user bob, group managers"},
		"RulesToBot": {"it has no capabilities and no members", func(r *roleSpec) { r.Capabilities, r.Members = nil, nil },
			"gives rules in production to bot cicd/ci"},
	} {
		if diff := cmp.Diff(test.want, joined(loosening.Role(nil, aRole(test.edit), nil))); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

// TestNamesAreShownAsTheyAre : a name that could pass for another is written so that it cannot.
func TestNamesAreShownAsTheyAre(t *testing.T) {
	more := aRole(func(r *roleSpec) {
		r.Members = append(r.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "b\u043eb\u202e"})
	})
	want := `members: user "b\u043eb\u202e" added, or for longer`
	if diff := cmp.Diff(want, joined(loosening.Role(aRole(), more, nil))); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
