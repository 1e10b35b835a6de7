// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// notAsked is what can change what runs, or looks as if it could, and what the gate is not asked about all the same: a
// resource, an operation, and why.
var notAsked = map[string]string{
	"/pods DELETE":          "its controller puts it back, and nothing new runs",
	"/pods/eviction CREATE": "as to delete it",
	"/bindings CREATE":      bound,
	"/pods/binding CREATE":  bound,
	"/nodes/proxy CONNECT": "a node is in no namespace, and its kubelet asks nobody: whoever may is listed by " +
		"kubectl countersign bypass",

	"/pods/status UPDATE":                   seen,
	"/replicationcontrollers/status UPDATE": kept,
	"apps/daemonsets/status UPDATE":         kept,
	"apps/deployments/status UPDATE":        kept,
	"apps/replicasets/status UPDATE":        kept,
	"batch/cronjobs/status UPDATE":          kept,
	"batch/jobs/status UPDATE":              kept,

	"resource.k8s.io/deviceclasses CREATE":          device,
	"resource.k8s.io/deviceclasses DELETE":          device,
	"resource.k8s.io/deviceclasses UPDATE":          device,
	"resource.k8s.io/resourceclaims CREATE":         device,
	"resource.k8s.io/resourceclaims DELETE":         device,
	"resource.k8s.io/resourceclaims UPDATE":         device,
	"resource.k8s.io/resourceclaims/status UPDATE":  device,
	"resource.k8s.io/resourceclaimtemplates CREATE": device,
	"resource.k8s.io/resourceclaimtemplates DELETE": device,
	"resource.k8s.io/resourceclaimtemplates UPDATE": device,
}

const (
	seen = "says what was seen to run, and no controller makes anything else of it than the spec says; that it moves " +
		"traffic is in docs/threat-model.md"
	bound  = "says on which node a Pod runs that was let in, and may label it, which is in docs/threat-model.md too"
	kept   = "policy countersign-status keeps it to the controller of the kind, with the operator up or down"
	device = "what a Pod refers to by name, like a ConfigMap; that its parameters are not looked at is in " +
		"docs/threat-model.md"
)

// notServed are groups, and resources, that rules name and that a cluster has only with something installed or switched
// on.
var notServed = map[string]string{
	"gateway.networking.k8s.io": "CRDs of the Gateway API",
	"argoproj.io":               "Argo CD",

	"coordination.k8s.io/leasecandidates": "CoordinatedLeaderElection",
}

// TestNothingRunsUnasked: whatever the API server serves that holds what a kubelet would start, or does something to
// what runs, the gate is asked about, or it is written down here why not.
func TestNothingRunsUnasked(t *testing.T) {
	needed := neededIn(servedBy(t, discovering(t)))
	if len(needed) < 40 {
		t.Errorf("only %d resources and operations were found: %v", len(needed), slices.Sorted(maps.Keys(needed)))
	}
	rules := rulesOf(t)
	for _, what := range uncovered(needed, rules) {
		if notAsked[what] == "" {
			t.Errorf("nobody is asked about %s: name it in config/webhook, or write down in notAsked why not", what)
		}
	}
	for what := range notAsked {
		if _, found := needed[what]; !found || !slices.Contains(uncovered(needed, rules), what) {
			t.Errorf("%s needs no exception: it is not served, runs nothing, or is asked about", what)
		}
	}
	for _, without := range rules {
		if without.gate && len(uncovered(needed, leaving(rules, without))) <= len(notAsked) {
			t.Errorf("%s is about %s %s, and nothing would notice if it were not", without.by, without.operation, without.what)
		}
	}
}

// isServed tells whether the rule, or another of the same webhook or policy that names the same with another operation,
// is about something that is served: one entry of a policy multiplies its resources by its operations.
func (a askedRule) isServed(served []endpoint, rules []askedRule) bool {
	return slices.ContainsFunc(rules, func(other askedRule) bool {
		return other.by == a.by && other.what == a.what && other.scope == a.scope &&
			(!a.gate || other.operation == a.operation) && slices.ContainsFunc(served, other.matches)
	})
}

// TestRulesNameWhatIsServed: each rule of a webhook or policy is about something that the API server serves, in that
// scope, and that admission sees with that operation.
func TestRulesNameWhatIsServed(t *testing.T) {
	installKind(t, "rollouts", "Rollout")
	served, _ := servedBy(t, discovering(t))
	rules := rulesOf(t)
	if len(rules) < 250 {
		t.Errorf("only %d rules were found", len(rules))
	}
	for _, rule := range rules {
		group, _, _ := strings.Cut(rule.what, "/")
		if notServed[group] == "" && notServed[rule.what] == "" && !rule.isServed(served, rules) {
			t.Errorf("%s: %s %s, scope %s, is nothing that the API server serves", rule.by, rule.operation, rule.what,
				rule.scope)
		}
	}
	for _, misspelt := range []askedRule{
		{what: "apps/deployment", operation: "UPDATE", scope: "Namespaced"},
		{what: "batch/deployments", operation: "UPDATE", scope: "Namespaced"},
		{what: "/pods/exec", operation: "CREATE", scope: "Namespaced"},
		{what: "/namespaces", operation: "UPDATE", scope: "Namespaced"},
	} {
		if slices.ContainsFunc(served, misspelt.matches) {
			t.Errorf("%s %s, scope %s, is taken for something", misspelt.operation, misspelt.what, misspelt.scope)
		}
	}
}

func discovering(t *testing.T) *discovery.DiscoveryClient {
	t.Helper()
	config, err := controlPlane(t).Admin()
	if err != nil {
		t.Fatal(err)
	}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// neededIn are the operations that can change what runs: writing to what holds it, to any subresource of that, and to
// what acts on it. What is in groups of CRDs is gated where a policy says so.
func neededIn(served []endpoint, runs map[schema.GroupVersionKind]bool) map[string]endpoint {
	holders := map[string]bool{}
	for _, e := range served {
		if runs[e.kind] && strings.Count(e.what, "/") == 1 {
			holders[e.what] = true
		}
	}
	needed := map[string]endpoint{}
	for _, e := range served {
		group, resource, _ := strings.Cut(e.what, "/")
		parent, _, _ := strings.Cut(resource, "/")
		could := holders[group+"/"+parent] || connects.MatchString(e.kind.Kind) || acts.MatchString(e.kind.Kind)
		if custom(group) || !could {
			continue
		}
		for _, operation := range e.operations {
			one := e
			one.operations = []string{operation}
			needed[e.what+" "+operation] = one
		}
	}
	return needed
}

// custom tells whether the group is of CRDs.
func custom(group string) bool {
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// uncovered are the operations that no rule of the gate is about, sorted.
func uncovered(needed map[string]endpoint, rules []askedRule) []string {
	var open []string
	for what, e := range needed {
		if !slices.ContainsFunc(rules, func(rule askedRule) bool { return rule.gate && rule.matches(e) }) {
			open = append(open, what)
		}
	}
	slices.Sort(open)
	return open
}

// leaving one rule out.
func leaving(rules []askedRule, out askedRule) []askedRule {
	return slices.DeleteFunc(slices.Clone(rules), func(rule askedRule) bool { return rule == out })
}
