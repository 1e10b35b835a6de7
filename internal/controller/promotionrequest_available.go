// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// lookAtFirst and lookAtLast are how soon what says that it is available is looked at again, while its Pods do not
	// confirm it: when it has just entered, as they may yet be shown, and ever after.
	lookAtFirst, lookAtLast = 2 * time.Second, time.Minute
	// shownBy is when all that was so, when something was first seen available, must have been shown.
	shownBy = 30 * time.Second
)

// observeAvailability marks since when what entered has been available without interruption, and returns when to look
// again. An interruption that nobody saw shows in the time that the workload's own status gives; one that gives none,
// as that of a StatefulSet, is taken at its word.
func (r *PromotionRequestReconciler) observeAvailability(
	ctx context.Context, view *requestView, stored *unstructured.Unstructured,
) (time.Duration, error) {
	said, since := availabilityOf(stored)
	if !said {
		view.available(false, since)
		return 0, nil
	}
	available, err := r.confirmedByPods(ctx, view, stored)
	if err != nil {
		return 0, err
	}
	view.available(available, since)
	return view.lookAgain(available), nil
}

// lookAgain is when to look again at what says that it is available: a Pod alone has nobody look.
func (v *requestView) lookAgain(available bool) time.Duration {
	entry := v.request.Status.Entry
	if !available {
		return min(max(v.now.Sub(entry.Time.Time)/10, lookAtFirst), lookAtLast)
	}
	return max(shownBy-v.now.Sub(entry.Availability.StartTime.Time), 0)
}

// available, or not, is what entered now.
func (v *requestView) available(available bool, since time.Time) {
	entry := v.request.Status.Entry
	now := metav1.NewTime(v.now).Rfc3339Copy()
	span := entry.Availability
	switch {
	case !available && span != nil && span.EndTime == nil:
		span.EndTime = &now
	case !available:
	case span == nil || span.EndTime != nil:
		entry.Availability = &v1alpha1.Availability{StartTime: now}
	case since.After(span.StartTime.Time):
		entry.Availability = &v1alpha1.Availability{StartTime: metav1.NewTime(since)}
	}
}

// availabilityOf a reduced object.
func availabilityOf(stored *unstructured.Unstructured) (available bool, since time.Time) {
	available, _, err := unstructured.NestedBool(stored.Object, availableKey)
	if err != nil || !available {
		return false, time.Time{}
	}
	text, _, err := unstructured.NestedString(stored.Object, sinceKey)
	if err != nil {
		return false, time.Time{}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		since = at
	}
	return true, since
}
