// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// newest is how many requests for a change are read, the last ones. What entered by an older one is too long ago to
// count.
const newest = 16

// Attempts reads the requests for a change with the decisions about each, oldest first.
func (r Reader) Attempts(ctx context.Context, namespace string, change v1alpha1.Change) ([]promotion.Attempt, error) {
	return r.attempts(ctx, namespace, change)
}

func (r Reader) attempts(ctx context.Context, namespace string, change v1alpha1.Change) ([]promotion.Attempt, error) {
	known, err := r.count(ctx, &v1alpha1.PromotionRequestList{}, namespace, index.RequestByDigest, string(change.Digest))
	if err != nil {
		return nil, err
	}
	requests, err := series(
		ctx,
		max(1, known+2-newest),
		known,
		func(ctx context.Context, n int) (*v1alpha1.PromotionRequest, error) {
			request := &v1alpha1.PromotionRequest{}
			return request, r.get(ctx, namespace, promotion.RequestName(change, n), request)
		},
	)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return r.withDecisions(ctx, requests)
}

func (r Reader) withDecisions(ctx context.Context, requests []*v1alpha1.PromotionRequest) ([]promotion.Attempt, error) {
	attempts := make([]promotion.Attempt, len(requests))
	group, ctx := errgroup.WithContext(ctx)
	for i, request := range requests {
		group.Go(func() (err error) {
			attempts[i].Request = *request
			attempts[i].Decisions, err = r.Decisions(ctx, request.Namespace, request.Name)
			return err
		})
	}
	return attempts, group.Wait()
}

// Decisions reads the approvals about a request in the order they were made: all, since an old rejection stands as long
// as a new one.
func (r Reader) Decisions(ctx context.Context, namespace, request string) ([]v1alpha1.Approval, error) {
	known, err := r.count(ctx, &v1alpha1.ApprovalList{}, namespace, index.ApprovalByRequest, request)
	if err != nil {
		return nil, err
	}
	found, err := series(ctx, 1, known, func(ctx context.Context, n int) (*v1alpha1.Approval, error) {
		approval := &v1alpha1.Approval{}
		return approval, r.get(ctx, namespace, promotion.ApprovalName(request, n), approval)
	})
	if err != nil {
		return nil, fmt.Errorf("read approvals: %w", err)
	}
	decisions := make([]v1alpha1.Approval, 0, len(found))
	for _, approval := range found {
		decisions = append(decisions, *approval)
	}
	return decisions, nil
}

func (r Reader) get(ctx context.Context, namespace, name string, object client.Object) error {
	return r.Records.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, object)
}

// count is how many objects the cache knows. It is a hint of how far to read at once, and no evidence.
func (r Reader) count(ctx context.Context, list client.ObjectList, namespace, field, value string) (int, error) {
	err := r.Cache.List(ctx, list, client.InNamespace(namespace), client.MatchingFields{field: value},
		client.UnsafeDisableDeepCopy)
	if err != nil {
		return 0, fmt.Errorf("list %T: %w", list, err)
	}
	switch list := list.(type) {
	case *v1alpha1.PromotionRequestList:
		return len(list.Items), nil
	case *v1alpha1.ApprovalList:
		return len(list.Items), nil
	}
	return 0, nil
}
