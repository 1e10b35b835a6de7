// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// TestWhenAWindowIsOn : the spans of one Deny window that begin in a stretch of time.
func TestWhenAWindowIsOn(t *testing.T) {
	cases := map[string]struct {
		reason      string
		window      v1alpha1.Window
		from, until string
		want        []string
	}{
		"Weekend": {
			"from Friday evening to Monday morning", freeze, "2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z",
			[]string{
				"2026-11-20T17:00:00+01:00 2026-11-23T08:00:00+01:00",
				"2026-11-27T17:00:00+01:00 2026-11-30T08:00:00+01:00",
			},
		},
		"AcrossForward": {
			"63 hours pass, and the clock is put forward in them", freeze, "2026-03-27T00:00:00Z", "2026-03-30T00:00:00Z",
			[]string{"2026-03-27T17:00:00+01:00 2026-03-30T09:00:00+02:00"},
		},
		"AcrossBack": {
			"63 hours pass, and the clock is put back in them", freeze, "2026-10-23T00:00:00Z", "2026-10-26T00:00:00Z",
			[]string{"2026-10-23T17:00:00+02:00 2026-10-26T07:00:00+01:00"},
		},
		"BerlinSkipped": {
			"02:30 is skipped on the 29th: it starts at 03:00, and the day after at 02:30 again",
			deny("w", "30 2 * * *", hour, berlin), "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z",
			[]string{
				"2026-03-28T02:30:00+01:00 2026-03-28T03:30:00+01:00",
				"2026-03-29T03:00:00+02:00 2026-03-29T04:00:00+02:00",
				"2026-03-30T02:30:00+02:00 2026-03-30T03:30:00+02:00",
			},
		},
		"BerlinTwice": {
			"02:30 comes twice on the 25th, and the window once",
			deny("w", "30 2 * * *", hour, berlin), "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z",
			[]string{
				"2026-10-24T02:30:00+02:00 2026-10-24T03:30:00+02:00",
				"2026-10-25T02:30:00+02:00 2026-10-25T02:30:00+01:00",
				"2026-10-26T02:30:00+01:00 2026-10-26T03:30:00+01:00",
			},
		},
		"BerlinTwiceShort": {
			"it is over before the clock is put back, and does not come again",
			deny("w", "30 2 * * *", 600, berlin), "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00 2026-10-25T02:40:00+02:00"},
		},
		"NewYorkSkipped": {
			"the last minute that is skipped",
			deny("w", "59 2 * * SUN", hour, newYork), "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z",
			[]string{"2026-03-08T03:00:00-04:00 2026-03-08T04:00:00-04:00"},
		},
		"NewYorkTwice": {
			"the first minute that comes twice",
			deny("w", "0 1 * * *", 2*hour, newYork), "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z",
			[]string{"2026-11-01T01:00:00-04:00 2026-11-01T02:00:00-05:00"},
		},
		"LordHoweSkipped": {
			"02:00 to 02:30 is skipped",
			deny("w", "15 2 * * *", 1800, lordHowe), "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00 2026-10-04T03:00:00+11:00"},
		},
		"LordHoweTwice": {
			"01:30 to 02:00 comes twice",
			deny("w", "45 1 * * *", 1800, lordHowe), "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z",
			[]string{"2026-04-05T01:45:00+11:00 2026-04-05T01:45:00+10:30"},
		},
		"LordHoweAfter": {
			"02:00 comes once, half an hour later",
			deny("w", "0 2 * * *", 1800, lordHowe), "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z",
			[]string{"2026-04-05T02:00:00+10:30 2026-04-05T02:30:00+10:30"},
		},
		"MidnightSkipped": {
			"the day begins at 01:00",
			deny("w", "0 0 4 11 *", hour, "America/Sao_Paulo"), "2018-11-01T00:00:00Z", "2018-11-08T00:00:00Z",
			[]string{"2018-11-04T01:00:00-02:00 2018-11-04T02:00:00-02:00"},
		},
		"DaySkipped": {
			"Samoa had no 30th of December in 2011",
			deny("w", "0 12 30 12 *", hour, "Pacific/Apia"), "2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z",
			[]string{"2011-12-31T00:00:00+14:00 2011-12-31T01:00:00+14:00"},
		},
		"HoursTwice": {
			"Troll puts its clocks back by two hours",
			deny("w", "0 * * * *", 1800, "Antarctica/Troll"), "2026-10-25T00:00:00Z", "2026-10-25T04:00:00Z",
			[]string{
				"2026-10-25T02:00:00+02:00 2026-10-25T02:30:00+02:00",
				"2026-10-25T03:00:00Z 2026-10-25T03:30:00Z",
			},
		},
		"NoChanges": {
			"where clocks are never changed",
			deny("w", "30 2 * * *", hour, kolkata), "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z",
			[]string{
				"2026-03-29T02:30:00+05:30 2026-03-29T03:30:00+05:30",
				"2026-03-30T02:30:00+05:30 2026-03-30T03:30:00+05:30",
			},
		},
		"NoZone": {
			"without a zone it is UTC",
			deny("w", "30 2 * * *", hour, ""), "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z",
			[]string{"2026-03-29T02:30:00Z 2026-03-29T03:30:00Z"},
		},
		"Overlapping": {
			"one that comes before the one before is over goes on",
			deny("w", "0 0 * 12 FRI", 8*24*hour, ""), "2026-11-01T00:00:00Z", "2027-02-01T00:00:00Z",
			[]string{"2026-12-04T00:00:00Z 2027-01-02T00:00:00Z"},
		},
		"Touching": {
			"where one ends and the next starts there is no gap",
			deny("w", "0 9-16 * * 3", hour, berlin), "2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z",
			[]string{"2026-11-04T09:00:00+01:00 2026-11-04T17:00:00+01:00"},
		},
		"TouchingBack": {
			"but for the hour by which the clock is put back",
			deny("w", "0 0 * * *", 24*hour, berlin), "2026-10-25T12:00:00Z", "2026-10-26T00:00:00Z",
			[]string{"2026-10-26T00:00:00+01:00 2027-10-31T23:00:00+01:00"},
		},
		"MonthOrWeek": {
			"a day of the month or of the week, as cron has it",
			deny("w", "0 0 10 6 MON", hour, ""), "2026-06-05T00:00:00Z", "2026-06-12T00:00:00Z",
			[]string{"2026-06-08T00:00:00Z 2026-06-08T01:00:00Z", "2026-06-10T00:00:00Z 2026-06-10T01:00:00Z"},
		},
		"LeapDay": {
			"2100 has none",
			deny("w", "0 0 29 2 *", hour, ""), "2093-01-01T00:00:00Z", "2105-01-01T00:00:00Z",
			[]string{"2096-02-29T00:00:00Z 2096-02-29T01:00:00Z", "2104-02-29T00:00:00Z 2104-02-29T01:00:00Z"},
		},
		"LastDayOfLeapYear": {
			"where time.ZoneBounds says that the year is over a day before its end",
			deny("w", "0 12 31 12 *", 24*hour, berlin), "2039-01-01T00:00:00Z", "2041-01-01T00:00:00Z",
			[]string{
				"2039-12-31T12:00:00+01:00 2040-01-01T12:00:00+01:00", "2040-12-31T12:00:00+01:00 2041-01-01T12:00:00+01:00",
			},
		},
		"Once": {
			"from its start on, and before its end", yearEnd, "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z",
			[]string{"2026-12-20T00:00:00Z 2027-01-04T00:00:00Z"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := window.Check([]v1alpha1.Window{tc.window}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, spans(t, tc.window, at(tc.from), at(tc.until))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// spans of a Deny window that start in a stretch of time.
func spans(t *testing.T, spec v1alpha1.Window, from, until time.Time) []string {
	t.Helper()
	set := window.Read([]v1alpha1.Window{spec})
	var found []string
	for now := from; ; {
		start := now
		if state := set.At(now); state.Open {
			start = state.Until
		}
		if start.IsZero() || !start.Before(until) {
			return found
		}
		state := set.At(start)
		if state.Open || !state.Until.After(start) {
			t.Fatalf("closed at %s, it says, and then: %+v", start, state)
		}
		if start != from || state.Since.Equal(from) {
			found = append(found, state.Since.Format(time.RFC3339)+" "+state.Until.Format(time.RFC3339))
		}
		now = state.Until
	}
}
