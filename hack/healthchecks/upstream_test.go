// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
)

// upstreamTest is Argo CD's own test of all health checks that it comes with.
const upstreamTest = "TestLuaHealthScript"

// TestUpstream: Argo CD's own test passes with these health checks among Argo CD's own. It finds them where they would
// lie if they were part of it.
func TestUpstream(t *testing.T) {
	source := filepath.Join(t.TempDir(), "argo-cd")
	contribute(t, source)
	passed, says := test(t, source)
	var want []string
	for _, kind := range checked(t) {
		for _, tc := range suiteOf(t, kind).Tests {
			want = append(want, upstreamTest+"/"+v1alpha1.GroupName+"/"+kind+"/"+tc.InputPath)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, passed); diff != "" {
		t.Errorf("what passes (-want +got):\n%s\n%s", diff, says)
	}
}

// test runs Argo CD's test, as it is pinned in hack/tools/argocd, on a copy of its sources. It returns what passed, and
// what the test says.
func test(t *testing.T, source string) (passed []string, says string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-trimpath", "-modfile="+modFile(t, source),
		"-run=^"+upstreamTest+"$/^"+v1alpha1.GroupName+"$", argocd.Module+"/util/lua")
	cmd.Dir, cmd.Env = path(t, "hack", "tools", "argocd"), environment()
	output, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	for line := range bytes.Lines(output) {
		var event struct{ Action, Test, Output string }
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		says += event.Output
		if event.Action == "pass" && filepath.Ext(event.Test) == ".yaml" {
			passed = append(passed, event.Test)
		}
	}
	slices.Sort(passed)
	return passed, says
}

// modFile writes a go.mod with the pins of the one that Argo CD is built by, and the sources from elsewhere.
func modFile(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		pins := read(t, path(t, "hack", "tools", "argocd", name))
		if err := os.WriteFile(filepath.Join(dir, name), pins, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "go.mod")
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-replace="+argocd.Module+"="+source, file)
	cmd.Env = environment()
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return file
}

// environment lets go fetch a newer Go, where Argo CD needs one.
func environment() []string { return append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=auto") }
