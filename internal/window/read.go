// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"errors"
	"fmt"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// How long a window may last from each start, in seconds, as in the schema of v1alpha1.Window.
const (
	leastSeconds = 60
	mostSeconds  = 31 * 24 * 60 * 60
)

// Set is the windows of one policy. It does not change and may be kept.
type Set struct{ windows []window }

// window is one of them, read.
type window struct {
	name  string
	allow bool
	times times
	// zone that messages about it are written in.
	zone *time.Location
	// fault is why it cannot be read.
	fault error
}

// Read the windows of a policy. One that cannot be read closes; Check says why.
func Read(windows []v1alpha1.Window) Set {
	var set Set
	for _, spec := range windows {
		set.windows = append(set.windows, read(spec))
	}
	return set
}

// Check says of the first window that cannot be read which field it is, why, and what would do:
// windows[0].timeZone: …
func Check(windows []v1alpha1.Window) error {
	for i, window := range Read(windows).windows {
		if window.fault != nil {
			return fmt.Errorf("windows[%d].%w", i, window.fault)
		}
	}
	return nil
}

func read(spec v1alpha1.Window) window {
	result := window{name: spec.Name, allow: spec.Type == v1alpha1.WindowAllow}
	result.zone, result.fault = loadZone(spec.TimeZone)
	if result.fault == nil {
		result.times, result.fault = readTimes(spec, result.zone)
	}
	if !result.allow && spec.Type != v1alpha1.WindowDeny {
		result.fault = fmt.Errorf("type: must be Allow or Deny: %+.64q is neither", spec.Type)
	}
	if result.fault != nil {
		result.times = always(!result.allow)
	}
	return result
}

func readTimes(spec v1alpha1.Window, zone *time.Location) (times, error) {
	again, onceOnly := spec.Schedule != "" || spec.DurationSeconds != 0, spec.StartTime != nil || spec.EndTime != nil
	switch {
	case again && onceOnly:
		return nil, errors.New("startTime: must not be set with schedule: a window comes once, or again and again")
	case again:
		return readRecurring(spec, zone)
	case spec.StartTime == nil || spec.EndTime == nil:
		return nil, errors.New("schedule: must be set with durationSeconds, or startTime with endTime")
	case !spec.StartTime.Before(spec.EndTime):
		return nil, errors.New("endTime: must be after startTime")
	default:
		return once{start: spec.StartTime.Time, end: spec.EndTime.Time}, nil
	}
}

func readRecurring(spec v1alpha1.Window, zone *time.Location) (times, error) {
	if spec.DurationSeconds < leastSeconds || spec.DurationSeconds > mostSeconds {
		return nil, fmt.Errorf("durationSeconds: must be from %d to %d (31 days), and is %d",
			leastSeconds, mostSeconds, spec.DurationSeconds)
	}
	schedule, err := parse(spec.Schedule)
	if err != nil {
		return nil, err
	}
	return recurring{schedule: schedule, zone: zone, lasts: time.Duration(spec.DurationSeconds) * time.Second}, nil
}
