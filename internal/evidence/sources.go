// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// sources are the requests that entered as one of the workloads. They are as old as the cache: how long something has
// run is asked for in minutes and hours, and the records are the operator's own.
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
