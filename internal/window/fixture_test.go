// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	berlin   = "Europe/Berlin"
	newYork  = "America/New_York"
	lordHowe = "Australia/Lord_Howe" // puts its clocks forward by half an hour
	kolkata  = "Asia/Kolkata"        // never changes them
	hour     = 3600
)

func deny(name, schedule string, seconds int32, zone string) v1alpha1.Window {
	return v1alpha1.Window{
		Name: name, Type: v1alpha1.WindowDeny, Schedule: schedule, DurationSeconds: seconds, TimeZone: zone,
	}
}

func allow(name, schedule string, seconds int32, zone string) v1alpha1.Window {
	window := deny(name, schedule, seconds, zone)
	window.Type = v1alpha1.WindowAllow
	return window
}

// span is a window that comes once.
func span(kind v1alpha1.WindowType, name, start, end string) v1alpha1.Window {
	return v1alpha1.Window{
		Name: name, Type: kind, StartTime: &metav1.Time{Time: at(start)}, EndTime: &metav1.Time{Time: at(end)},
	}
}

// freeze, officeHours and yearEnd are the windows of a shop.
var (
	freeze      = deny("freeze", "0 17 * * FRI", 63*hour, berlin)
	officeHours = allow("office-hours", "0 9 * * MON-FRI", 8*hour, berlin)
	yearEnd     = span(v1alpha1.WindowDeny, "year-end", "2026-12-20T00:00:00Z", "2027-01-04T00:00:00Z")
)

func at(moment string) time.Time {
	parsed, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		panic(err)
	}
	return parsed
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}
