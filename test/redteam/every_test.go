// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/hack/repo"
)

// TestEveryGuard : each policy of config/policy, and each entry of config/webhook and of what policies gate, has an
// attack that it stops. One that fails open stops nothing: it has an attack that it leaves a trace of.
func TestEveryGuard(t *testing.T) {
	stops, notes := attacked()
	for _, name := range policyNames(t) {
		if !slices.Contains(stops, name) {
			t.Errorf("no attack is stopped by policy %s", name)
		}
	}
	for _, entries := range unattended.entries {
		for name, one := range entries {
			by, failsOpen := stops, at(one.(map[string]any), "failurePolicy") == "Ignore"
			if failsOpen {
				by = notes
			}
			if !slices.Contains(by, ofAnyKind(name)) {
				t.Errorf("no attack is stopped, or where it fails open noted, by webhook %s (open: %t)", name, failsOpen)
			}
		}
	}
}

// attacked are the guards that stop an attack, and the entries that note one.
func attacked() (stops, notes []string) {
	for _, family := range families {
		for _, a := range family.attacks {
			for _, lever := range a.levers() {
				switch by := lever.(type) {
				case binding:
					stops = append(stops, string(by))
				case webhookEntry:
					stops = append(stops, ofAnyKind(string(by)))
				}
			}
			if a.noted != "" {
				notes = append(notes, a.noted+".countersign.dev")
			}
		}
	}
	return stops, notes
}

var kindsHere = regexp.MustCompile(`(rollouts|switches)\.shop\.example\.com`)

// ofAnyKind is the name of an entry; those of custom kinds are the same for all of them.
func ofAnyKind(name string) string { return kindsHere.ReplaceAllString(name, "RESOURCE.GROUP") }

// TestEveryGate : what entries a policy can have API servers ask by is known here, since policies here have all gates.
func TestEveryGate(t *testing.T) {
	var there []string
	for _, file := range []string{"gates.yaml", "rules.yaml"} {
		policies, err := policiesIn(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range policies {
			for _, gate := range policy.Spec.Gates {
				there = append(there, string(gate.Type))
			}
		}
	}
	for _, gate := range gateTypes(t) {
		if !slices.Contains(there, gate) {
			t.Errorf("no policy of testdata has gate %s", gate)
		}
	}
}

// gateTypes are those that the CRD knows.
func gateTypes(t *testing.T) []string {
	t.Helper()
	rule := schemaRule{kind: "promotionpolicies", path: "spec.gates[].type"}
	field, err := rule.field(unattended.versions["promotionpolicies.countersign.dev"][0].(map[string]any))
	if err != nil {
		t.Fatal(err)
	}
	types, _, err := unstructured.NestedStringSlice(field, "enum")
	if err != nil || len(types) == 0 {
		t.Fatalf("gates have no types: %v", err)
	}
	return types
}

var bindings = regexp.MustCompile(`kind: ValidatingAdmissionPolicyBinding\nmetadata:\n  name: (\S+)`)

// onlyWarns is the policy that holds Pods against the ledger where nothing is to be denied.
const onlyWarns = "countersign-pod-images-warn"

func policyNames(t *testing.T) []string {
	t.Helper()
	dir, err := repo.Path("config", "policy")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		for _, found := range bindings.FindAllStringSubmatch(contents(t, file), -1) {
			if found[1] != onlyWarns {
				names = append(names, found[1])
			}
		}
	}
	return names
}
