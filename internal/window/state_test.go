// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

func TestState(t *testing.T) {
	weekend := allow("weekend", "0 0 * * SAT", 48*hour, newYork)
	evening := allow("evening", "0 16 * * *", 4*hour, berlin)
	broken := allow("broken", "0 0 * * *", hour, "Europe/Bielefeld")
	brokenDeny := deny("broken", "0 0 30 2 *", hour, berlin)
	over := span(v1alpha1.WindowAllow, "over", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")
	rush := span(v1alpha1.WindowAllow, "rush", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z")
	daily := deny("daily", "0 0 * * *", 24*hour, "")
	always := allow("always", "0 0 * * *", 24*hour, "")
	cases := map[string]struct {
		reason  string
		windows []v1alpha1.Window
		now     string
		want    window.State
	}{
		"None": {"no windows", nil, "2026-11-27T12:00:00Z", window.State{Open: true, Message: "open"}},
		"Deny": {
			"inside a Deny window", []v1alpha1.Window{freeze}, "2026-11-28T12:00:00Z",
			window.State{
				Window: "freeze", Since: at("2026-11-27T17:00:00+01:00"), Until: at("2026-11-30T08:00:00+01:00"),
				Message: "closed by window freeze until 2026-11-30T08:00:00+01:00 (Mon)",
			},
		},
		"DenyFirst": {
			"its first moment", []v1alpha1.Window{freeze}, "2026-11-27T16:00:00Z",
			window.State{
				Window: "freeze", Since: at("2026-11-27T17:00:00+01:00"), Until: at("2026-11-30T08:00:00+01:00"),
				Message: "closed by window freeze until 2026-11-30T08:00:00+01:00 (Mon)",
			},
		},
		"DenyOver": {
			"the first moment after it", []v1alpha1.Window{freeze}, "2026-11-30T07:00:00Z",
			window.State{
				Open: true, Since: at("2026-11-30T08:00:00+01:00"), Until: at("2026-12-04T17:00:00+01:00"),
				Message: "open until 2026-12-04T17:00:00+01:00 (Fri), when window freeze begins",
			},
		},
		"DenyNoMore": {
			"a Deny window that came once", []v1alpha1.Window{yearEnd}, "2028-01-01T00:00:00Z",
			window.State{Open: true, Since: at("2027-01-04T00:00:00Z"), Message: "open"},
		},
		"Allow": {
			"inside an Allow window", []v1alpha1.Window{officeHours}, "2026-11-25T12:00:00Z",
			window.State{
				Open: true, Window: "office-hours", Since: at("2026-11-25T09:00:00+01:00"),
				Until:   at("2026-11-25T17:00:00+01:00"),
				Message: "open in window office-hours until 2026-11-25T17:00:00+01:00 (Wed)",
			},
		},
		"Outside": {
			"outside the only Allow window", []v1alpha1.Window{officeHours}, "2026-11-27T20:00:00Z",
			window.State{
				Window: "office-hours", Since: at("2026-11-27T17:00:00+01:00"), Until: at("2026-11-30T09:00:00+01:00"),
				Message: "closed outside window office-hours until 2026-11-30T09:00:00+01:00 (Mon)",
			},
		},
		"OutsideTwo": {
			"the one that opens next is named, on its own clock", []v1alpha1.Window{officeHours, weekend},
			"2026-11-27T20:00:00Z",
			window.State{
				Window: "weekend", Since: at("2026-11-27T11:00:00-05:00"), Until: at("2026-11-28T00:00:00-05:00"),
				Message: "closed outside window weekend until 2026-11-28T00:00:00-05:00 (Sat)",
			},
		},
		"OutsideAgainstDeny": {
			"office hours begin under a Deny window", []v1alpha1.Window{officeHours, deny("hold", "30 8 * * 1", 2*hour, berlin)},
			"2026-11-29T20:00:00Z",
			window.State{
				Window: "office-hours", Since: at("2026-11-27T17:00:00+01:00"), Until: at("2026-11-30T10:30:00+01:00"),
				Message: "closed outside window office-hours until 2026-11-30T10:30:00+01:00 (Mon)",
			},
		},
		"OutsideForGood": {
			"the only Allow window is over", []v1alpha1.Window{over, freeze}, "2026-11-25T20:00:00Z",
			window.State{
				Since: at("2020-01-02T00:00:00Z"), Message: "closed outside its Allow windows, of which none comes again",
			},
		},
		"DenyBeatsAllow": {
			"both", []v1alpha1.Window{rush, freeze}, "2026-11-27T18:00:00Z",
			window.State{
				Window: "freeze", Since: at("2026-11-27T17:00:00+01:00"),
				Message: "closed by window freeze, and no Allow window comes after it",
			},
		},
		"AllowUntilDeny": {
			"a Deny window begins in it", []v1alpha1.Window{evening, freeze}, "2026-11-27T15:30:00Z",
			window.State{
				Open: true, Window: "evening", Since: at("2026-11-27T16:00:00+01:00"), Until: at("2026-11-27T17:00:00+01:00"),
				Message: "open in window evening until 2026-11-27T17:00:00+01:00 (Fri), when window freeze begins",
			},
		},
		"AllowGoesOn": {
			"one Allow window after another", []v1alpha1.Window{officeHours, evening}, "2026-11-25T12:00:00Z",
			window.State{
				Open: true, Window: "office-hours", Since: at("2026-11-25T09:00:00+01:00"),
				Until:   at("2026-11-25T20:00:00+01:00"),
				Message: "open in window office-hours now, and until 2026-11-25T20:00:00+01:00 (Wed)",
			},
		},
		"DenyGoesOn": {
			"outside of office hours after a Deny window", []v1alpha1.Window{officeHours, freeze}, "2026-11-28T12:00:00Z",
			window.State{
				Window: "freeze", Since: at("2026-11-27T17:00:00+01:00"), Until: at("2026-11-30T09:00:00+01:00"),
				Message: "closed by window freeze now, and until 2026-11-30T09:00:00+01:00 (Mon)",
			},
		},
		"DenyLongest": {
			"of two Deny windows the one that lasts longer is named", []v1alpha1.Window{freeze, yearEnd, freeze},
			"2026-12-26T00:00:00Z",
			window.State{
				Window: "year-end", Since: at("2026-12-18T16:00:00Z"), Until: at("2027-01-04T07:00:00Z"),
				Message: "closed by window year-end now, and until 2027-01-04T07:00:00Z (Mon)",
			},
		},
		"BrokenAllow": {
			"an Allow window that cannot be read does not open, nor close where another opens",
			[]v1alpha1.Window{broken, officeHours}, "2026-11-25T12:00:00Z",
			window.State{
				Open: true, Window: "office-hours", Since: at("2026-11-25T09:00:00+01:00"),
				Until:   at("2026-11-25T17:00:00+01:00"),
				Message: "open in window office-hours until 2026-11-25T17:00:00+01:00 (Wed)",
			},
		},
		"BrokenOutside": {
			"and where none does it is said", []v1alpha1.Window{broken, officeHours}, "2026-11-25T20:00:00Z",
			window.State{
				Window: "office-hours", Since: at("2026-11-25T17:00:00+01:00"), Until: at("2026-11-26T09:00:00+01:00"),
				Message: "closed outside window office-hours until 2026-11-26T09:00:00+01:00 (Thu); window broken cannot be " +
					"read: timeZone: \"Europe/Bielefeld\" is not in the IANA time zone database that this program has; write " +
					"another name of the same zone, as Europe/Berlin",
			},
		},
		"BrokenDeny": {
			"a Deny window that cannot be read closes for good", []v1alpha1.Window{officeHours, freeze, brokenDeny},
			"2026-11-28T12:00:00Z",
			window.State{
				Window: "broken", Message: "closed because window broken cannot be read: schedule: \"0 0 30 2 *\" never comes: " +
					"no month that it names has the day that it names",
			},
		},
		"NoEndOfDeny": {
			"the search ends, and the windows do not", []v1alpha1.Window{daily}, "2026-01-01T00:00:00Z",
			window.State{
				Window: "daily", Until: at("2034-03-20T00:00:00Z"), AtLeast: true,
				Message: "closed by window daily at least until 2034-03-20T00:00:00Z (Mon)",
			},
		},
		"NoEndOfAllow": {
			"the same", []v1alpha1.Window{always}, "2026-01-01T00:00:00Z",
			window.State{
				Open: true, Window: "always", Until: at("2034-03-20T00:00:00Z"), AtLeast: true,
				Message: "open in window always at least until 2034-03-20T00:00:00Z (Mon)",
			},
		},
		"NoEndOfOutside": {
			"an Allow window that never comes without a Deny window", []v1alpha1.Window{daily, always}, "2026-01-01T00:00:00Z",
			window.State{
				Window: "daily", Until: at("2030-02-09T00:00:00Z"), AtLeast: true,
				Message: "closed by window daily at least until 2030-02-09T00:00:00Z (Sat)",
			},
		},
		"NoEndOutside": {
			"it is outside of both, and they only ever come together",
			[]v1alpha1.Window{deny("most", "0 0 * * *", 23*hour, ""), allow("early", "0 0 * * *", hour, "")},
			"2026-01-01T23:30:00Z",
			window.State{
				Until: at("2028-01-21T23:00:00Z"), AtLeast: true,
				Message: "closed outside its Allow windows at least until 2028-01-21T23:00:00Z (Fri)",
			},
		},
		"NoEndBeside": {
			"what came once does not shorten the search", []v1alpha1.Window{daily, yearEnd}, "2028-01-01T00:00:00Z",
			window.State{
				Window: "daily", Until: at("2036-03-18T00:00:00Z"), AtLeast: true,
				Message: "closed by window daily at least until 2036-03-18T00:00:00Z (Tue)",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := window.Read(tc.windows).At(at(tc.now))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
			if !got.Until.IsZero() && got.Until.Format("Z07:00") != tc.want.Until.Format("Z07:00") {
				t.Errorf("%s: until %s is on another clock than %s", tc.reason, got.Until, tc.want.Until)
			}
		})
	}
}
