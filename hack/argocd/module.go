// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Module is that of Argo CD.
const Module = "github.com/argoproj/argo-cd/v3"

// findSources finds the sources of Argo CD, for its manifests and a script.
func (a *ArgoCD) findSources(ctx context.Context) (err error) {
	a.sources, err = Sources(ctx)
	return err
}

// Sources is the directory of the module that Argo CD is built from. Nothing in it can be written.
func Sources(ctx context.Context) (string, error) {
	tools, err := repo.Path("hack", "tools", "argocd")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", Module)
	cmd.Dir = tools
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=auto")
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", Module, err)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		return "", fmt.Errorf("find %s: %w", Module, err)
	}
	return found.Dir, nil
}
