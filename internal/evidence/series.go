// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// atOnce bounds the reads of one series that are under way at the same time.
const atOnce = 8

// series reads the objects numbered first, first+1, … until one is missing, those up to known+1 at once. Where the
// first is missing already, it starts over with 1: nothing is passed over that could be there.
func series[T any](ctx context.Context, first, known int, get func(context.Context, int) (T, error)) ([]T, error) {
	found, more, err := stretch(ctx, first, max(first, known+1), get)
	if err != nil {
		return nil, err
	}
	if first > 1 && len(found) == 0 {
		return series(ctx, 1, 0, get)
	}
	for n := first + len(found); more; n++ {
		var next []T
		if next, more, err = stretch(ctx, n, n, get); err != nil {
			return nil, err
		}
		found = append(found, next...)
	}
	return found, nil
}

// stretch reads the objects from first to last, up to the first that is missing, and tells whether none was.
func stretch[T any](
	ctx context.Context, first, last int, get func(context.Context, int) (T, error),
) (found []T, whole bool, err error) {
	objects := make([]T, last-first+1)
	missing := make([]bool, len(objects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range objects {
		group.Go(func() error {
			object, err := get(ctx, first+i)
			if apierrors.IsNotFound(err) {
				missing[i] = true
				return nil
			}
			objects[i] = object
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, false, err
	}
	for i, gone := range missing {
		if gone {
			return objects[:i], false, nil
		}
	}
	return objects, true, nil
}
