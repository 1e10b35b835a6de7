// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRender(t *testing.T) {
	tests := map[string]struct{ reason, text, want string }{
		"Renamed": {
			"both are known by the suffix, and what is a step inward is no name of theirs",
			"# Says why.\nkind: ValidatingAdmissionPolicy\nmetadata:\n  name: a\nspec:\n  variables:\n  - name: v\n",
			"# Says why.\nkind: ValidatingAdmissionPolicy\nmetadata:\n  name: a.static.k8s.io\nspec:\n" +
				"  variables:\n  - name: v\n",
		},
		"Binding": {
			"it refers to the renamed",
			"kind: ValidatingAdmissionPolicyBinding\nmetadata:\n  name: b\nspec:\n  policyName: a\n",
			"kind: ValidatingAdmissionPolicyBinding\nmetadata:\n  name: b.static.k8s.io\nspec:\n" +
				"  policyName: a.static.k8s.io\n",
		},
		"Parameters": {
			"API servers refuse to start with them",
			"kind: ValidatingAdmissionPolicy\nspec:\n  paramKind: {kind: ConfigMap}\n---\n" +
				"kind: ValidatingAdmissionPolicyBinding\nspec:\n  paramRef: {name: p}\n",
			"",
		},
		"Half": {
			"one of two stays",
			"kind: ValidatingAdmissionPolicy\nspec:\n  paramKind: {kind: ConfigMap}\n---\n" +
				"kind: ValidatingAdmissionPolicy\nmetadata:\n  name: a\n",
			"kind: ValidatingAdmissionPolicy\nmetadata:\n  name: a.static.k8s.io\n",
		},
		"Other": {"a kustomization is no guard", "kind: Kustomization\nresources: [a.yaml]\n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := render(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestCurrent : config/static is what config/policy is rendered to, and guards.yaml.
func TestCurrent(t *testing.T) {
	want, err := renderAll(filepath.Join("..", "..", "config", "policy"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "static", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(file)] = string(text)
	}
	delete(got, byHand)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("make manifests: -want, +got:\n%s", diff)
	}
}

// TestClean : what is kept by hand stays, and what was rendered from a file that is gone goes.
func TestClean(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir, map[string]string{byHand: "", "gone.yaml": "", "admission.conf": ""}); err != nil {
		t.Fatal(err)
	}
	if err := clean(dir); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, "admission.conf"), filepath.Join(dir, byHand)}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("-want, +left:\n%s", diff)
	}
}
