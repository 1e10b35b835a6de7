// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// baseline puts what runs already on record, where it is still what the request asks for. It is looked up live: the
// record must not say of anything that it was approved when something else runs.
func (r *PromotionRequestReconciler) baseline(ctx context.Context, view *requestView) error {
	stored, err := r.stored(ctx, r.Live, view.request)
	if err != nil {
		return err
	}
	seen, ok := storedAs(stored, view.request.Spec.Change)
	if !ok {
		return nil
	}
	view.request.Status.Admission = &v1alpha1.Admission{
		Time: metav1.NewTime(view.now).Rfc3339Copy(), Deployer: view.request.Spec.Requester,
		Rule: v1alpha1.EntryRuleBaseline,
	}
	seen.at = view.now
	view.enter(seen)
	return nil
}
