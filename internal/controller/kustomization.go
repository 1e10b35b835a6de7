// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/flux"
	"github.com/countersign-dev/countersign/internal/release"
)

// Flux tries again by itself what the gate turned away, at the interval of the Kustomization. It does at once where an
// annotation says that somebody has asked for it.
func Flux() Tool {
	return Tool{source: release.Flux, kind: flux.Kustomization, resource: "kustomizations", next: nextReconciliation}
}

func nextReconciliation(
	kustomization map[string]any, waiting []v1alpha1.PromotionRequest, now time.Time,
) (resumption, error) {
	try, err := flux.Resume(kustomization, waiting, now)
	if err != nil || try.RequestedAt == "" {
		return resumption{later: try.Later}, err
	}
	annotations := map[string]any{flux.RequestedAt: try.RequestedAt}
	return resumption{
		patch: map[string]any{"metadata": map[string]any{"annotations": annotations}}, requests: try.Requests,
	}, nil
}
