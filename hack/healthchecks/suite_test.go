// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/hack/repo"
)

// suite is a health_test.yaml, as Argo CD's own test reads it.
type suite struct {
	Tests []struct {
		InputPath    string
		HealthStatus struct{ Status, Message string }
	}
}

func path(t *testing.T, elements ...string) string {
	t.Helper()
	path, err := repo.Path(elements...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// glob lists files, without what is before and after the star.
func glob(t *testing.T, before, after string) []string {
	t.Helper()
	found, err := filepath.Glob(before + "*" + after)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i] = strings.TrimSuffix(strings.TrimPrefix(found[i], before), after)
	}
	slices.Sort(found)
	return found
}

// checked are the kinds with a health check.
func checked(t *testing.T) []string {
	t.Helper()
	return glob(t, path(t, "config", "argocd", scripts)+"/", "/"+script)
}

// suiteOf reads the tests of a kind's health check.
func suiteOf(t *testing.T, kind string) (tests suite) {
	t.Helper()
	content := read(t, path(t, "config", "argocd", scripts, kind, "health_test.yaml"))
	if err := yaml.UnmarshalStrict(content, &tests); err != nil {
		t.Fatal(err)
	}
	return tests
}
