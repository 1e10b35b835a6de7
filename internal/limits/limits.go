// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package limits says how much may wait to be decided, and how much may be asked for: neither reviewers, nor API
// servers and the operator, which keep the requests, are to be flooded, whoever opens them.
package limits

import (
	"context"
	"fmt"
	"time"

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
	// bytesPerNamespace is how much one requester may ask for in one namespace within the window, but for what was let
	// in. Requests are records, and kept: each of them takes its room in the API server and the operator for good, also
	// where it gives way to the next at once.
	bytesPerNamespace = 8 << 20
	window            = time.Hour
)

// waiting is what there is of a requester's already.
type waiting struct {
	perObject, perNamespace, bytes int
}

// WhyNotMore says why the requester cannot have a further request for the object; empty where they can. The counts
// come from the cache: they keep from floods, and nothing is let in by them.
func WhyNotMore(
	ctx context.Context, cache client.Reader, people identity.Mapping, namespace string, requester v1alpha1.UserReference,
	change v1alpha1.Change, now time.Time,
) (string, error) {
	var requests v1alpha1.PromotionRequestList
	if err := cache.List(ctx, &requests, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return "", fmt.Errorf("count open requests: %w", err)
	}
	var of waiting
	for _, request := range requests.Items {
		if people.Same(request.Spec.Requester, requester) {
			of.add(request, change, now)
		}
	}
	return of.tooMany(requester.Username), nil
}

// add a request of the requester.
func (w *waiting) add(request v1alpha1.PromotionRequest, change v1alpha1.Change, now time.Time) {
	if request.Status.Admission == nil && now.Sub(request.CreationTimestamp.Time) < window {
		w.bytes += size(request)
	}
	if promotion.Ended(promotion.Attempt{Request: request}) {
		return
	}
	w.perNamespace++
	if index.ObjectKey(request.Spec.Change) == index.ObjectKey(change) {
		w.perObject++
	}
}

// size of what makes a request large.
func size(request v1alpha1.PromotionRequest) int {
	bytes := len(request.Spec.Change.Content.Raw)
	for _, text := range request.Annotations {
		bytes += len(text)
	}
	return bytes
}

func (w waiting) tooMany(user string) string {
	switch {
	case w.perObject >= openPerObject:
		return fmt.Sprintf("%s has %d requests for this object waiting already; have one decided first", user,
			w.perObject)
	case w.perNamespace >= openPerNamespace:
		return fmt.Sprintf("%s has %d requests in this namespace waiting already; have some decided first",
			user, w.perNamespace)
	case w.bytes >= bytesPerNamespace:
		return fmt.Sprintf("%s has asked for %d MiB in this namespace within an hour, of which nothing has been let in; try "+
			"again later, or have some of it approved and let in", user, w.bytes>>20)
	}
	return ""
}
