// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"fmt"
	"regexp"
	"time"
	_ "time/tzdata" // the operator's image has no other: what a window means must not hang on where it is read
)

// utc is the zone of a window that names none, as in the schema of v1alpha1.Window.
const utc = "Etc/UTC"

// zoneName is the form of a name, as in the schema. It leaves out what depends on the machine (Local, localtime,
// paths), other ways to count seconds (right/…), and abbreviations, some of which never change their clocks (EST).
var zoneName = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]*(/[A-Z][A-Za-z0-9_+-]*){1,2})$`)

// loadZone finds a zone by its name.
func loadZone(name string) (*time.Location, error) {
	if name == "" {
		name = utc
	}
	if !zoneName.MatchString(name) {
		return time.UTC, fmt.Errorf("timeZone: must be a name of the IANA time zone database with its area, "+
			"as Europe/Berlin, or UTC: %+.64q is none", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, fmt.Errorf("timeZone: %q is not in the IANA time zone database that this program has; "+
			"write another name of the same zone, as Europe/Berlin", name)
	}
	return zone, nil
}

// mostOffset is more than any zone is off UTC.
const mostOffset = 26 * time.Hour

// first moment at which the clock of the zone shows a wall time or a later one.
func first(zone *time.Location, wall time.Time) time.Time {
	for moment := wall.Add(-mostOffset).In(zone); ; {
		start, end := bounds(moment)
		_, offset := moment.Zone()
		shown := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if shown.Before(start) { // the clock skipped it
			shown = start
		}
		if end.IsZero() || shown.Before(end) {
			return shown
		}
		moment = end
	}
}

// reached is the latest wall time that the clock of the zone has shown by a moment, in whole minutes. That is what it
// shows, but where it was just put back.
func reached(zone *time.Location, moment time.Time) time.Time {
	latest := wallTime(moment.In(zone))
	for before := moment.In(zone); ; {
		start, _ := bounds(before)
		if start.IsZero() || moment.Sub(start) > mostOffset {
			return latest.Truncate(time.Minute)
		}
		before = start.Add(-1)
		if shown := wallTime(before); shown.After(latest) {
			latest = shown
		}
	}
}

// bounds of a stretch around a moment through which the clock of its zone is not changed. Of the last day of some leap
// years the library says that it comes after its end (golang/go#81583): there the day is the end.
func bounds(moment time.Time) (start, end time.Time) {
	start, end = moment.ZoneBounds()
	if !end.IsZero() && !end.After(moment) {
		end = moment.Truncate(24 * time.Hour).Add(24 * time.Hour)
	}
	return start, end
}

// wallTime is what a clock shows at a moment, written as if it were UTC: on that scale no time is skipped or comes
// twice.
func wallTime(moment time.Time) time.Time {
	_, offset := moment.Zone()
	return moment.UTC().Add(time.Duration(offset) * time.Second)
}
