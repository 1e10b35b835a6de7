// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
)

// markDecisions says in the status of each Approval whether it counts.
func (r *PromotionRequestReconciler) markDecisions(ctx context.Context, view *requestView) error {
	for i, record := range view.request.Status.Approvals {
		if i >= len(view.attempt().Decisions) {
			break
		}
		approval := view.attempt().Decisions[i].DeepCopy()
		before := approval.Status.DeepCopy()
		set := conditions.On(&approval.Status.Conditions, approval.Generation, view.now)
		if record.NotCounted == "" {
			set.Ready(v1alpha1.ReasonCounted, "It counts.")
		} else {
			set.Stalled(v1alpha1.ReasonNotCounted, "It does not count: "+record.NotCounted+".")
		}
		if equality.Semantic.DeepEqual(before, &approval.Status) {
			continue
		}
		if err := writeStatus(ctx, r.Client, approval); err != nil {
			return err
		}
	}
	return nil
}
