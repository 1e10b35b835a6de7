// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// obstacles are why changes that the policy gates could not get in, whoever approved them.
type obstacles struct {
	// reason is the first one's.
	reason   string
	problems []string
}

func (o *obstacles) add(reason string, problems []string) {
	o.reason = cmp.Or(o.reason, reason)
	o.problems = append(o.problems, problems...)
}

// obstacles of the custom kinds that the policy gates.
func (r *PromotionPolicyReconciler) obstacles(
	ctx context.Context, policy v1alpha1.PromotionPolicy,
) (found obstacles, err error) {
	for _, gated := range promotion.GatedResources(policy) {
		trouble, err := r.Kinds.trouble(ctx, schema.GroupResource{Group: gated.Group, Resource: gated.Resource})
		if err != nil {
			return found, err
		}
		if trouble.reason != "" {
			found.add(trouble.reason, []string{trouble.what})
		}
	}
	return found, nil
}
