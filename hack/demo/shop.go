// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// openShop makes the shop's namespaces, roles and policies, as its administrator would, and waits until they hold.
func (d *demo) openShop(ctx context.Context) error {
	steps := [][]string{
		{"apply", "-f", filepath.Join("hack", "demo", "namespaces.yaml")},
		{"apply", "-k", filepath.Join("config", "samples")},
		{"wait", "--for=condition=Ready", "--timeout=30s", "--all", "pipelineroles,promotionpolicies"},
	}
	for _, step := range steps {
		if err := d.kubectl(ctx, administrator, step...); err != nil {
			return err
		}
	}
	return nil
}

// kubectl runs a command as somebody. What it says is shown only where it fails.
func (d *demo) kubectl(ctx context.Context, as string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(d.root, "bin", "kubectl"), args...)
	cmd.Dir = d.root
	cmd.Env = append(cmd.Environ(), "KUBECONFIG="+d.kubeconfig(as))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w\n%s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}
