// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// atOnce bounds the reads of one series that are under way at the same time.
const atOnce = 8

// series is objects whose names are numbered from 1 without a gap.
type series[T any] struct {
	// get reads one of them; its error is "not found" where there is none of that number.
	get func(ctx context.Context, n int) (T, error)
	// goesOn tells whether another one can come after the last.
	goesOn func(last T) bool
}

// read reads the objects from first on until one is missing or none can come, those up to last at once. Where the first
// is missing already it starts over with 1: nothing is passed over that could be there.
func (s series[T]) read(ctx context.Context, first, last int) ([]T, error) {
	found, whole, err := s.stretch(ctx, first, max(first, last))
	if err != nil {
		return nil, err
	}
	if first > 1 && len(found) == 0 {
		return s.read(ctx, 1, 1)
	}
	for n := first + len(found); whole && s.goesOn(found[len(found)-1]); n++ {
		var next []T
		if next, whole, err = s.stretch(ctx, n, n); err != nil {
			return nil, err
		}
		found = append(found, next...)
	}
	return found, nil
}

// stretch reads the objects from first to last, up to the first that is missing, and tells whether none was.
func (s series[T]) stretch(ctx context.Context, first, last int) (found []T, whole bool, err error) {
	objects := make([]T, last-first+1)
	missing := make([]bool, len(objects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range objects {
		group.Go(func() (err error) {
			objects[i], err = s.get(ctx, first+i)
			missing[i] = apierrors.IsNotFound(err)
			return client.IgnoreNotFound(err)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, false, err
	}
	if gap := slices.Index(missing, true); gap >= 0 {
		return objects[:gap], false, nil
	}
	return objects, true, nil
}
