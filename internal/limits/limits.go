// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package limits says how much may wait to be decided: reviewers are not to be flooded, whoever opens the requests.
package limits

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	// openPerObject is how many requests of one requester for one object may wait at the same time.
	openPerObject = 5
	// openPerNamespace is how many requests of one requester may wait in one namespace.
	openPerNamespace = 100
)

// WhyNotMore says why the requester cannot have a further request for the object; empty where they can. The counts
// come from the cache: they keep reviewers from being flooded, and nothing is let in by them.
func WhyNotMore(
	ctx context.Context, cache client.Reader, people identity.Mapping, namespace string, requester v1alpha1.UserReference,
	change v1alpha1.Change,
) (string, error) {
	var requests v1alpha1.PromotionRequestList
	if err := cache.List(ctx, &requests, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return "", fmt.Errorf("count open requests: %w", err)
	}
	perObject, perNamespace := 0, 0
	for _, request := range requests.Items {
		if !waitsFor(people, request, requester) {
			continue
		}
		perNamespace++
		if index.ObjectKey(request.Spec.Change) == index.ObjectKey(change) {
			perObject++
		}
	}
	return tooMany(requester.Username, perObject, perNamespace), nil
}

func waitsFor(people identity.Mapping, request v1alpha1.PromotionRequest, requester v1alpha1.UserReference) bool {
	return people.Same(request.Spec.Requester, requester) && !promotion.Ended(promotion.Attempt{Request: request})
}

func tooMany(user string, perObject, perNamespace int) string {
	switch {
	case perObject >= openPerObject:
		return fmt.Sprintf("%s has %d requests for this object waiting already; have one decided first", user, perObject)
	case perNamespace >= openPerNamespace:
		return fmt.Sprintf("%s has %d requests in this namespace waiting already; have some decided first",
			user, perNamespace)
	}
	return ""
}
