// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/internal/bypass"
)

// unnamed are the guards that no way names, with why.
var unnamed = map[string]string{
	"countersign-applications": "keeps another's name out of a sync, which lets nothing in: a separate person approves all " +
		"the same",
	"countersign-operator-bounds": "binds the operator alone, which is left out; who could act as it is found in any case",
	"countersign-operator-writes": "binds the operator alone, as countersign-operator-bounds does",
	"countersign-pod-images-warn": "warns, and takes nothing away",
	"countersign-pod-images": "takes no right away: whatever RBAC says, a Pod is held against the ledger of its " +
		"namespace, with a warning by default; what gives Pods unasked is listed as controllers, nodes, trusted and mutators",
}

// TestEveryPolicy: each guard that is installed is one that a way names, or there is a reason why none does.
func TestEveryPolicy(t *testing.T) {
	installed := policies(t)
	for _, name := range installed {
		_, excepted := unnamed[name]
		if named := slices.Contains(bypass.Guards(), name); named == excepted {
			t.Errorf("%s: a way names it: %t; a reason is given why none does: %t", name, named, excepted)
		}
	}
	for _, name := range bypass.Guards() {
		if !slices.Contains(installed, name) {
			t.Errorf("a way names %s, which is not in config/policy", name)
		}
	}
	for name := range unnamed {
		if !slices.Contains(installed, name) {
			t.Errorf("%s is excepted, and is not in config/policy", name)
		}
	}
}

// policies are the names of the ValidatingAdmissionPolicies in config/policy.
func policies(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "policy", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("config/policy has %d files: %v", len(files), err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
			var policy admissionregistrationv1.ValidatingAdmissionPolicy
			if err := yaml.Unmarshal(document, &policy); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if policy.Kind == "ValidatingAdmissionPolicy" {
				names = append(names, policy.Name)
			}
		}
	}
	return names
}
