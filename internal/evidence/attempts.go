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

// Attempts reads the requests for a change with the decisions about each, oldest first. A further request is made only
// where the one before has ended (see Records), so the first that has not ended is the last.
func (r Reader) Attempts(ctx context.Context, namespace string, change v1alpha1.Change) ([]promotion.Attempt, error) {
	known, err := r.count(ctx, &v1alpha1.PromotionRequestList{}, namespace, index.RequestByDigest, string(change.Digest))
	if err != nil {
		return nil, err
	}
	attempts, err := series[promotion.Attempt]{
		get: func(ctx context.Context, n int) (promotion.Attempt, error) {
			return r.attempt(ctx, namespace, promotion.RequestName(change, n))
		},
		goesOn: promotion.Ended,
	}.read(ctx, max(1, known+1-newest), known)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return attempts, nil
}

// attempt reads a request and the decisions about it at the same time.
func (r Reader) attempt(ctx context.Context, namespace, name string) (attempt promotion.Attempt, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.get(ctx, namespace, name, &attempt.Request) })
	group.Go(func() (err error) {
		attempt.Decisions, err = r.Decisions(ctx, namespace, name)
		return err
	})
	err = group.Wait()
	return attempt, err
}

// Decisions reads the approvals about a request in the order they were made: all, since an old rejection stands as long
// as a new one.
func (r Reader) Decisions(ctx context.Context, namespace, request string) ([]v1alpha1.Approval, error) {
	known, err := r.count(ctx, &v1alpha1.ApprovalList{}, namespace, index.ApprovalByRequest, request)
	if err != nil {
		return nil, err
	}
	decisions, err := series[v1alpha1.Approval]{
		get: func(ctx context.Context, n int) (approval v1alpha1.Approval, err error) {
			err = r.get(ctx, namespace, promotion.ApprovalName(request, n), &approval)
			return approval, err
		},
		goesOn: func(v1alpha1.Approval) bool { return true },
	}.read(ctx, 1, known+1)
	if err != nil {
		return nil, fmt.Errorf("read approvals: %w", err)
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
