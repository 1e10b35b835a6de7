// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// suffix of the names of all that API servers read from their disks. They take it from nobody else.
const suffix = ".static.k8s.io"

// ownNames are the names of policies and bindings, and those that bindings have of policies.
var ownNames = regexp.MustCompile(`(?m)^  (name|policyName): ([a-z0-9-]+)$`)

// renderAll is what is written for the files of a folder, by their names.
func renderAll(dir string) (map[string]string, error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return nil, err
		}
		rendered, err := render(string(text))
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", source, err)
		}
		if name := filepath.Base(source); rendered != "" {
			files[name] = "# Rendered from ../policy/" + name + " by hack/static.\n#\n" + rendered
		}
	}
	return files, nil
}

// guard is what is read of a policy or a binding.
type guard struct {
	Kind string `json:"kind"`
	Spec struct {
		ParamKind any `json:"paramKind"`
		ParamRef  any `json:"paramRef"`
	} `json:"spec"`
}

// render a file without what takes parameters: there is nothing to take them from before the API server serves.
func render(text string) (string, error) {
	var kept []string
	for document := range strings.SplitSeq(text, "\n---\n") {
		var g guard
		if err := yaml.Unmarshal([]byte(document), &g); err != nil {
			return "", err
		}
		policy := strings.HasPrefix(g.Kind, "ValidatingAdmissionPolicy")
		if policy && g.Spec.ParamKind == nil && g.Spec.ParamRef == nil {
			kept = append(kept, ownNames.ReplaceAllString(strings.TrimSuffix(document, "\n"), "  $1: $2"+suffix))
		}
	}
	if kept == nil {
		return "", nil
	}
	return strings.Join(kept, "\n---\n") + "\n", nil
}
