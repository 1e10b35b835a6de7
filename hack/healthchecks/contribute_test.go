// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/countersign-dev/countersign/hack/argocd"
)

// contribute makes a copy of Argo CD's sources with the health checks among its own. What the test neither embeds nor
// walks through is linked.
func contribute(t *testing.T, source string) {
	t.Helper()
	original, err := argocd.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	link(t, original, source, "resource_customizations", "util")
	link(t, filepath.Join(original, "util"), filepath.Join(source, "util"), "lua")
	for _, dir := range []string{"resource_customizations", filepath.Join("util", "lua")} {
		copyTree(t, filepath.Join(original, dir), filepath.Join(source, dir))
	}
	copyTree(t, path(t, "config", "argocd", scripts), filepath.Join(source, scripts))
}

// link makes a directory with links to all that another one has, but for some.
func link(t *testing.T, from, to string, except ...string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if slices.Contains(except, entry.Name()) {
			continue
		}
		if err := os.Symlink(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
