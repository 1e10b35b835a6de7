// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/release"
)

// ArgoCD does not try again by itself a sync that the gate turned away. It does when it is asked for the same once
// more, which is to write the operation.
func ArgoCD(trust argocd.Trust) Tool {
	return Tool{source: release.ArgoCD, kind: argocd.Application, resource: "applications", next: nextSync(trust)}
}

func nextSync(trust argocd.Trust) next {
	return func(application map[string]any, waiting []v1alpha1.PromotionRequest, _ time.Time) (resumption, error) {
		sync, err := trust.Resume(application, waiting)
		if err != nil || sync.Operation == nil {
			return resumption{later: sync.Later}, err
		}
		return resumption{patch: map[string]any{"operation": sync.Operation}, requests: sync.Requests}, nil
	}
}
