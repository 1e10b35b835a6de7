// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

const (
	ofTeamB   = `{"metadata":{"labels":{"team":"b"}}}`
	annotated = `{"metadata":{"annotations":{"team":"b"}}}`
)

// testLabels: selectors of roles and policies may go by any label of a namespace, so while it is in an environment all
// of them are changed only by who may assign it.
func (g guarded) testLabels(t *testing.T) {
	g.grant(t, "labellers", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"namespaces", "namespaces/status", "namespaces/finalize"},
		Verbs: []string{"get", "create", "update", "patch"},
	})
	g.grant(t, "red-assigners", rbacv1.PolicyRule{
		APIGroups: []string{"countersign.dev"}, Resources: []string{"environments"}, ResourceNames: []string{"red"},
		Verbs: []string{"assign"},
	})
	labeller, assigner := g.as(t, "labeller", "labellers"), g.as(t, "assigner", "labellers", "red-assigners")
	for name, environment := range map[string]string{"red-a": "red", "red-b": "red", "brown-a": "brown", "plain": ""} {
		g.create(t, ofTeam(namespaceIn(name, environment), "a"))
	}
	g.awaitGrant(t, assigner, namespaceIn("probe", "red"))
	red := func() *corev1.Namespace { return namespaceIn("red-a", "") }
	tryAll(t, map[string]attempt{
		"Change": {
			"another role would hold there", patch(labeller, red(), "", ofTeamB), environmentGuard,
			"labeller may not change label team of namespace red-a, which is in environment red: its labels decide which " +
				"roles hold there and which policies guard it. That needs verb assign on environments.countersign.dev/red; " +
				"ask who administers the environment",
		},
		"Remove": {
			"a policy would no longer match", patch(labeller, red(), "", `{"metadata":{"labels":{"team":null}}}`),
			environmentGuard, "change label team of",
		},
		"Add": {
			"a selector may go by it tomorrow", patch(labeller, red(), "", `{"metadata":{"labels":{"tier":"1","a":"1"}}}`),
			environmentGuard, "change labels a, tier of namespace red-a",
		},
		"AddMany": {
			"so many are not named", patch(labeller, red(), "",
				`{"metadata":{"labels":{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"}}}`),
			environmentGuard, "change labels of namespace red-a",
		},
		"ThroughStatus": {
			"labels can be written through status", patch(labeller, red(), "status", ofTeamB), environmentGuard,
			"change label team of",
		},
		"ThroughFinalize": {
			"and through finalize",
			g.finalize(t, "labellers", ofTeam(namespaceIn("red-a", "red"), "b"), corev1.FinalizerKubernetes),
			environmentGuard, "change label team of",
		},
		"OtherEnvironment": {
			"the right to one is none to another", patch(assigner, namespaceIn("brown-a", ""), "", ofTeamB), environmentGuard,
			"environments.countersign.dev/brown",
		},

		"Same": {"nothing changes", patch(labeller, red(), "", `{"metadata":{"labels":{"team":"a"}}}`), "", ""},
		"Annotation": {
			"no selector goes by annotations", patch(labeller, namespaceIn("brown-a", ""), "", annotated), "", "",
		},
		"Assigner":      {"who may assign changes it", patch(assigner, namespaceIn("red-b", ""), "", ofTeamB), "", ""},
		"NoEnvironment": {"other namespaces are free", patch(labeller, namespaceIn("plain", ""), "", ofTeamB), "", ""},
	})
}

// testLabelsUnguarded tries again what the guard stops: without it that goes through, so it was the guard. It comes
// after its own tests.
func (g guarded) testLabelsUnguarded(t *testing.T) {
	labeller := g.as(t, "labeller", "labellers")
	g.goesThroughWithout(t, environmentGuard, patch(labeller, namespaceIn("red-a", ""), "", ofTeamB))
}

func ofTeam(ns *corev1.Namespace, team string) *corev1.Namespace {
	if ns.Labels == nil {
		ns.Labels = map[string]string{}
	}
	ns.Labels["team"] = team
	return ns
}
