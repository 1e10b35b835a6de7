// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// observeAvailability marks since when what entered has been available without interruption. An interruption that
// nobody saw shows in the time that the workload's own status gives; one that gives none, as that of a StatefulSet, is
// taken at its word.
func (v *requestView) observeAvailability(stored *unstructured.Unstructured) {
	entry := v.request.Status.Entry
	now := metav1.NewTime(v.now).Rfc3339Copy()
	available, since := availabilityOf(stored)
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
