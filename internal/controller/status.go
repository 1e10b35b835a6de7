// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// writeStatus writes the status of an object. That somebody wrote first, or the object is gone, is no error: the watch
// brings another round.
func writeStatus(ctx context.Context, c client.Client, object client.Object) error {
	err := c.Status().Update(ctx, object)
	if err == nil || apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil
	}
	return fmt.Errorf("write status: %w", err)
}
