// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// environment that the namespace belongs to; empty for none.
func (s session) environment(ctx context.Context, namespace string) (v1alpha1.EnvironmentName, error) {
	var object corev1.Namespace
	if err := s.client.Get(ctx, client.ObjectKey{Name: namespace}, &object); err != nil {
		return "", fmt.Errorf("read namespace %s: %w", namespace, err)
	}
	return v1alpha1.EnvironmentName(object.Labels[v1alpha1.EnvironmentLabel]), nil
}

// open creates the request under the next name of its series, or returns the one of them that is open.
func (s session) open(
	ctx context.Context, request v1alpha1.PromotionRequest,
) (v1alpha1.PromotionRequest, answerKind, error) {
	for attempt := 1; ; {
		name := promotion.RequestName(request.Spec.Change, attempt)
		switch earlier, err := s.request(ctx, name); {
		case err == nil && !ended(earlier):
			return earlier, alreadyOpen, nil
		case err == nil:
			attempt++
			continue
		case !apierrors.IsNotFound(err):
			return earlier, alreadyOpen, fmt.Errorf("read request %s: %w", name, err)
		}
		made := *request.DeepCopy()
		made.Name = name
		if err := s.client.Create(ctx, &made); err == nil || !s.exists(ctx, name) {
			return made, opened, err
		}
	}
}

// exists tells whether there is a request of that name: somebody else was quicker.
func (s session) exists(ctx context.Context, name string) bool {
	_, err := s.request(ctx, name)
	return err == nil
}
