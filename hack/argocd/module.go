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

const module = "github.com/argoproj/argo-cd/v3"

// findSources finds where the sources of Argo CD are, for its manifests and a script.
func (a *ArgoCD) findSources(ctx context.Context) error {
	tools, err := repo.Path("hack", "tools", "argocd")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = tools
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=auto")
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("find %s: %w", module, err)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		return fmt.Errorf("find %s: %w", module, err)
	}
	a.sources = found.Dir
	return nil
}
