// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// isOrder tells an order by status; see config/webhook and internal/gates for when it comes here.
func isOrder(req admission.Request) bool {
	return req.SubResource == statusSubresource && workload.Custom(req.Resource.Group)
}

// order makes out of an admission review which orders it gives. The object stays what it was: all that counts is what
// is written at the paths that policies name.
func (g *Gate) order(ctx context.Context, req admission.Request) (review, error) {
	r := review{req: req, version: req.Resource.Version, dryRun: dryRun(req)}
	now, before, err := g.objects(ctx, req)
	if err != nil {
		return r, err
	}
	r.change = changeOf(req, now, before)
	r.change.Operation = v1alpha1.OperationOrder
	paths, err := g.statusPaths(ctx, r.change)
	if err != nil {
		return r, err
	}
	return r, r.takeOrder(now, before, paths)
}

// statusPaths are those that the policies of the environment name. API servers ask because there are some: where the
// cache has none, it is behind.
func (g *Gate) statusPaths(ctx context.Context, change promotion.Change) ([]string, error) {
	c, err := g.Evidence.Rules(ctx, change.Object.Namespace)
	if err != nil {
		return nil, err
	}
	c.Change = change
	if paths := promotion.StatusPaths(c); len(paths) > 0 {
		return paths, nil
	}
	c.Policies, err = g.Evidence.PoliciesNow(ctx)
	return promotion.StatusPaths(c), err
}

// takeOrder writes down what is ordered.
func (r *review) takeOrder(now, before map[string]any, paths []string) error {
	content, err := workload.Order(before, now, paths)
	if err != nil {
		return fmt.Errorf("read %s: %w", promotion.Describe(r.change), err)
	}
	if content == nil {
		r.settled = ruleUnchanged
		return nil
	}
	r.change.Content = content
	return r.writeDown(content)
}
