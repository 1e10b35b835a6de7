// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// soaked : what entered was available for so long, up to now or until something else took its place. What broke since
// does not count, however long it ran before.
func soaked(request v1alpha1.PromotionRequest, soak time.Duration, now time.Time) bool {
	if soak == 0 {
		return true
	}
	entry := request.Status.Entry
	availability := entry.Availability
	switch {
	case availability == nil:
		return false
	case availability.EndTime == nil:
		return !now.Before(availability.StartTime.Add(soak))
	default:
		return availability.EndTime.Equal(entry.EndTime) && availability.EndTime.Sub(availability.StartTime.Time) >= soak
	}
}

// soakedAt is when the entry will have been available for so long; zero where it is not available now.
func soakedAt(request v1alpha1.PromotionRequest, soak time.Duration) time.Time {
	availability := request.Status.Entry.Availability
	if availability == nil || availability.EndTime != nil {
		return time.Time{}
	}
	return availability.StartTime.Add(soak)
}
