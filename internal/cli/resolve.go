// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// find returns the request of that name, or the only one whose name begins with it.
func (s session) find(ctx context.Context, name string) (v1alpha1.PromotionRequest, error) {
	request, err := s.request(ctx, name)
	if err == nil {
		return request, nil
	}
	if !apierrors.IsNotFound(err) {
		return request, fmt.Errorf("read request %s: %w", name, err)
	}
	return s.findByPrefix(ctx, name)
}

func (s session) findByPrefix(ctx context.Context, prefix string) (v1alpha1.PromotionRequest, error) {
	var found []v1alpha1.PromotionRequest
	err := s.each(ctx, func(request v1alpha1.PromotionRequest) {
		if strings.HasPrefix(request.Name, prefix) {
			found = append(found, request)
		}
	})
	switch {
	case err != nil:
		return v1alpha1.PromotionRequest{}, err
	case len(found) == 0:
		return v1alpha1.PromotionRequest{}, s.noSuchRequest(prefix)
	case len(found) > 1:
		return v1alpha1.PromotionRequest{}, ambiguous(prefix, found)
	}
	return found[0], nil
}

func (s session) noSuchRequest(name string) error {
	return problem{
		fmt.Sprintf("no request in namespace %s has a name that begins with %q", s.namespace, name),
		"list them: kubectl countersign requests --all -n " + s.namespace,
	}
}

func ambiguous(prefix string, found []v1alpha1.PromotionRequest) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d requests have a name that begins with %q:", len(found), prefix)
	for _, request := range found {
		fmt.Fprintf(&b, "\n  %s  %s, asked for by %s", request.Name, state(request), safe(request.Spec.Requester.Username))
	}
	return problem{b.String(), "give more of the name"}
}
