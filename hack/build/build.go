// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build builds the target into bin/, and stamps it if it is one that is not built every time.
func (t target) build(ctx context.Context, root string) error {
	cmd := exec.CommandContext(ctx, "go", t.arguments(root)...)
	cmd.Dir = filepath.Join(root, t.module)
	// A module may need a newer Go than the project does, which go then fetches.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=auto")
	if t.static {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // lets go end its compilers
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", t.name, err, bytes.TrimSpace(out))
	}
	if t.module == "" {
		return nil
	}
	return t.stamp(root)
}

// arguments are as plain as can be for the project's own programs, so that their packages are compiled once for them
// and the tests.
func (t target) arguments(root string) []string {
	arguments := []string{"build", "-o", t.file(root)}
	if t.module != "" {
		arguments = append(arguments, "-trimpath", "-ldflags", t.ldflags)
	}
	return append(arguments, t.pkg)
}

func (t target) file(root string) string { return filepath.Join(root, "bin", t.name) }
