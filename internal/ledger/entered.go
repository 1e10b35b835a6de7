// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// Entered are the images of the requests that may enter now, have been let in, are in place, or may return without
// another approval.
func Entered(requests []v1alpha1.PromotionRequest, rule Rule, now time.Time) []string {
	var images []string
	for i := range requests {
		if request := &requests[i]; request.Spec.Change.Operation == v1alpha1.OperationApply && counts(request, rule, now) {
			images = append(images, request.Spec.Change.Images...)
		}
	}
	return images
}

func counts(request *v1alpha1.PromotionRequest, rule Rule, now time.Time) bool {
	attempt := promotion.Attempt{Request: *request}
	switch status := &request.Status; {
	case status.Entry != nil && status.Entry.EndTime == nil:
		return true // revoked or not: what runs keeps running
	case promotion.Revoked(attempt):
		return false
	case status.Entry != nil:
		return now.Before(status.Entry.EndTime.Add(rule.Returns))
	case status.Admission != nil:
		return !promotion.Unobserved(attempt)
	}
	return !promotion.Ended(attempt) && meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady)
}
