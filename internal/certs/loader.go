// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// loader has a replica serve what the Secret says, as soon as it does. It runs in every replica.
type loader struct {
	serving *Serving
}

// Reconcile loads the Secret. If that is gone or cannot be used, what was loaded last stays in use.
func (l loader) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	var secret corev1.Secret
	err := l.serving.cache.Get(ctx, l.serving.options.secretKey(), &secret)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, fmt.Errorf("read certificates: %w", err)
	}
	if !l.serving.serve(parse(secret.Data)) {
		logf.FromContext(ctx).Info("The Secret holds no certificate that can be served, the last one stays in use")
	}
	return ctrl.Result{}, nil
}
