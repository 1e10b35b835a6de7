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
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // lets go end its compilers
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", t.name, err, bytes.TrimSpace(out))
	}
	if t.module == "" {
		return nil
	}
	return t.stamp(root)
}

func (t target) arguments(root string) []string {
	return []string{"build", "-trimpath", "-ldflags", t.ldflags, "-o", t.file(root), t.pkg}
}

func (t target) file(root string) string { return filepath.Join(root, "bin", t.name) }
