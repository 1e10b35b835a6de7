// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// enlist has the images of what is let in on the ledger of the namespace, so that API servers know them when the Pods
// come. What was approved before is there already, and nothing is written.
func (g *Gate) enlist(ctx context.Context, review review, c promotion.Case) error {
	if review.change.Operation != v1alpha1.OperationApply || len(review.change.Images) == 0 {
		return nil
	}
	mode := ledger.RuleOf(c.Policies, c.Environment.Labels, len(c.Emergencies) > 0).Mode
	return g.Ledger.Add(ctx, c.Environment.Namespace, mode, review.change.Images)
}
