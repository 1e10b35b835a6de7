// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// sources are the requests that entered as one of the workloads, as the cache has them.
func (r Reader) sources(ctx context.Context, keys []promotion.SourceKey) ([]v1alpha1.PromotionRequest, error) {
	var all []v1alpha1.PromotionRequest
	for _, key := range keys {
		var requests v1alpha1.PromotionRequestList
		if err := r.Cache.List(ctx, &requests, client.MatchingFields{index.RequestEntered: key.String()},
			client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list what entered %s: %w", key.Environment, err)
		}
		all = append(all, requests.Items...)
	}
	return all, nil
}

// standing are, of the sources that the case goes by, one for each that it needs, as they are now: what somebody has
// just revoked is passed over.
func (r Reader) standing(ctx context.Context, c promotion.Case) ([]v1alpha1.PromotionRequest, error) {
	var all []v1alpha1.PromotionRequest
	for _, entries := range promotion.SourceEntries(c, r.Clock.Now()) {
		found, err := r.firstStanding(ctx, entries)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// firstStanding is the first that is there and that nobody has revoked, if any.
func (r Reader) firstStanding(
	ctx context.Context, entries []v1alpha1.PromotionRequest,
) ([]v1alpha1.PromotionRequest, error) {
	for _, entry := range entries {
		attempt, err := r.attempt(ctx, entry.Namespace, entry.Name)
		switch {
		case apierrors.IsNotFound(err):
		case err != nil:
			return nil, fmt.Errorf("read what entered %s: %w", entry.Spec.Environment, err)
		case !promotion.Revoked(attempt):
			return []v1alpha1.PromotionRequest{attempt.Request}, nil
		}
	}
	return nil, nil
}
