// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command healthchecks writes the health checks for Argo CD, one per kind under config/argocd, into one patch of its
// ConfigMap. They lie as Argo CD's own do, each with its tests, so that they can become part of it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/repo"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "healthchecks:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := repo.Path("config", "argocd")
	if err != nil {
		return err
	}
	content, err := patch(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, patchFile), content, 0o644)
}
