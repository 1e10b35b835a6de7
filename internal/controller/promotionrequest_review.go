// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// review opens the review of an entry by emergency, and closes it with the first that counts. Once due, and once
// closed, it stays so: no later policy takes it back.
func (v *requestView) review(set conditions.Setter) {
	due := promotion.ReviewDue(v.c, v.attempt())
	if due.IsZero() && v.request.Status.Review == nil {
		return
	}
	if v.request.Status.Review == nil {
		v.request.Status.Review = &v1alpha1.Review{DueTime: metav1.NewTime(due).Rfc3339Copy()}
	}
	review := v.request.Status.Review
	if made, ok := promotion.ReviewOf(v.c, v.attempt(), v.now); ok && review.Reviewer == "" {
		review.Reviewer, review.Time = made.Spec.Approver.Username, &made.CreationTimestamp
	}
	v.reviewedCondition(set)
}

func (v *requestView) reviewedCondition(set conditions.Setter) {
	review := v.request.Status.Review
	due := review.DueTime.UTC().Format(time.RFC3339)
	switch {
	case review.Reviewer != "":
		set.Set(v1alpha1.ConditionReviewed, true, v1alpha1.ReasonReviewed, "Reviewed by "+review.Reviewer+".")
	case promotion.ReviewOverdue(*v.request, v.now):
		set.Set(v1alpha1.ConditionReviewed, false, v1alpha1.ReasonReviewOverdue,
			"Entered by an emergency; its review was due at "+due+".")
	default:
		set.Set(v1alpha1.ConditionReviewed, false, v1alpha1.ReasonReviewPending,
			"Entered by an emergency; somebody else must review it by "+due+".")
	}
}

// untilReviewDue is how long it takes until the review is overdue; zero where it is not open, or is overdue.
func (v *requestView) untilReviewDue() time.Duration {
	review := v.request.Status.Review
	if review == nil || review.Reviewer != "" || !review.DueTime.After(v.now) {
		return 0
	}
	// A review is overdue after its due time, not at it.
	return review.DueTime.Sub(v.now) + time.Millisecond
}
