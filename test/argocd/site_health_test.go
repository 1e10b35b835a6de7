// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/repo"
)

// addHealthChecks does so as config/argocd says.
func (s *site) addHealthChecks(ctx context.Context) error {
	installer, err := operator.Installer(s.ControlPlane)
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(s.Dir, "installer.kubeconfig")
	if err := controlplane.WriteKubeconfig(kubeconfig, installer); err != nil {
		return err
	}
	kubectl, err := repo.Path("bin", "kubectl")
	if err != nil {
		return err
	}
	patch, err := repo.Path("config", "argocd", "argocd-cm.yaml")
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, kubectl, "--kubeconfig", kubeconfig, "patch", "configmap", "argocd-cm",
		"-n", argocd.Namespace, "--patch-file", patch).CombinedOutput()
	if err != nil {
		return fmt.Errorf("add the health checks: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}
