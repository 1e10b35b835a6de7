// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"

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
func Sources(ctx context.Context) (string, error) { return repo.Sources(ctx, "argocd", Module) }
