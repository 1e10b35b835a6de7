// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

func TestCheck(t *testing.T) {
	const zoneForm = "windows[1].timeZone: must be a name of the IANA time zone database with its area, " +
		"as Europe/Berlin, or UTC: "
	const scheduleForm = "windows[1].schedule: must be five fields as in \"0 17 * * FRI\": minute, hour, day of month, " +
		"month, day of week; "
	const scheduleEnd = " is not, and the time zone goes into timeZone"
	cases := map[string]struct {
		reason string
		edit   func(w *v1alpha1.Window)
		want   string
	}{
		"Good":   {"nothing is wrong", func(*v1alpha1.Window) {}, ""},
		"NoZone": {"the default", func(w *v1alpha1.Window) { w.TimeZone = "" }, ""},
		"UTC":    {"the one name without an area", func(w *v1alpha1.Window) { w.TimeZone = "UTC" }, ""},
		"ThreeDeep": {
			"an area, a place and a town", func(w *v1alpha1.Window) { w.TimeZone = "America/North_Dakota/New_Salem" }, "",
		},
		"Offset":        {"a zone that is an offset", func(w *v1alpha1.Window) { w.TimeZone = "Etc/GMT+5" }, ""},
		"Names":         {"names in any case, lists, ranges and steps", schedule("*/5 0-8,20-23/2 1 jan,Mar-MAY sUn,3"), ""},
		"Spaces":        {"more than one space", schedule("0  17 *   * FRI"), ""},
		"DayOfOneMonth": {"the 30th of February or of March", schedule("0 0 30 2,3 *"), ""},
		"OrWeekday":     {"the 30th of February or any Monday in it", schedule("0 0 30 2 MON"), ""},

		"Local":  {"the machine's", in("Local"), zoneForm + "\"Local\" is none"},
		"Local2": {"the machine's", in("localtime"), zoneForm + "\"localtime\" is none"},
		"Path":   {"a file", in("/etc/localtime"), zoneForm + "\"/etc/localtime\" is none"},
		"DotDot": {"a file", in("Europe/../../x"), zoneForm + "\"Europe/../../x\" is none"},
		"Leap":   {"counts leap seconds", in("right/Europe/Berlin"), zoneForm + "\"right/Europe/Berlin\" is none"},
		"Short":  {"never changes its clocks", in("EST"), zoneForm + "\"EST\" is none"},
		"Hidden": {"what nobody sees", in("Europe/Berlin\u200b"), zoneForm + "\"Europe/Berlin\\u200b\" is none"},
		"NoSuch": {
			"a town without a zone", in("Europe/Bielefeld"), "windows[1].timeZone: \"Europe/Bielefeld\" is not in the IANA " +
				"time zone database that this program has; write another name of the same zone, as Europe/Berlin",
		},
		"Case": {
			"in another case, which some file systems would find", in("Europe/BERLIN"), "windows[1].timeZone: " +
				"\"Europe/BERLIN\" is not in the IANA time zone database that this program has; write another name of the same " +
				"zone, as Europe/Berlin",
		},

		"TZ":        {"a zone in it", schedule("TZ=UTC 0 17 * * 5"), scheduleForm + "\"TZ=UTC 0 17 * * 5\"" + scheduleEnd},
		"TZAlone":   {"the parser panics on it", schedule("TZ=UTC"), scheduleForm + "\"TZ=UTC\"" + scheduleEnd},
		"CronTZ":    {"the same", schedule("CRON_TZ=UTC 0 17 * *"), scheduleForm + "\"CRON_TZ=UTC 0 17 * *\"" + scheduleEnd},
		"Every":     {"no time on a clock", schedule("@every 1h"), scheduleForm + "\"@every 1h\"" + scheduleEnd},
		"Daily":     {"no fields", schedule("@daily"), scheduleForm + "\"@daily\"" + scheduleEnd},
		"Six":       {"seconds", schedule("0 0 17 * * FRI"), scheduleForm + "\"0 0 17 * * FRI\"" + scheduleEnd},
		"Four":      {"a field too few", schedule("0 17 * *"), scheduleForm + "\"0 17 * *\"" + scheduleEnd},
		"Line":      {"a line break", schedule("0 17 * *\nFRI"), scheduleForm + "\"0 17 * *\\nFRI\"" + scheduleEnd},
		"Quartz":    {"another dialect", schedule("0 17 ? * FRI#2"), scheduleForm + "\"0 17 ? * FRI#2\"" + scheduleEnd},
		"EmptyItem": {"a list with nothing in it", schedule("0 17 , * *"), scheduleForm + "\"0 17 , * *\"" + scheduleEnd},
		"StarRange": {"the parser reads it as *", schedule("0 17 *-5 * *"), scheduleForm + "\"0 17 *-5 * *\"" + scheduleEnd},
		"HourOf24": {
			"there is no such hour", schedule("0 24 * * *"),
			"windows[1].schedule: the hour \"24\" cannot be read: end of range (24) above maximum (23): 24",
		},
		"DayNoName": {
			"no name of a day", schedule("0 0 * * FRY"), "windows[1].schedule: the day of week \"FRY\" cannot be read: " +
				"failed to parse int from FRY: strconv.Atoi: parsing \"FRY\": invalid syntax",
		},
		"Backwards": {
			"from Friday to Monday", schedule("0 0 * * FRI-MON"), "windows[1].schedule: the day of week \"FRI-MON\" cannot be " +
				"read: beginning of range (5) beyond end of range (1): FRI-MON",
		},
		"NoStep": {
			"every zeroth", schedule("*/0 0 * * *"),
			"windows[1].schedule: the minute \"*/0\" cannot be read: step of range should be a positive number: */0",
		},
		"Never": {
			"no February has it", schedule("0 0 30 2 *"),
			"windows[1].schedule: \"0 0 30 2 *\" never comes: no month that it names has the day that it names",
		},

		"TooShort": {
			"under a minute", func(w *v1alpha1.Window) { w.DurationSeconds = 59 },
			"windows[1].durationSeconds: must be from 60 to 2678400 (31 days), and is 59",
		},
		"TooLong": {
			"over 31 days", func(w *v1alpha1.Window) { w.DurationSeconds = 2678401 },
			"windows[1].durationSeconds: must be from 60 to 2678400 (31 days), and is 2678401",
		},
		"Longest":      {"31 days", func(w *v1alpha1.Window) { w.DurationSeconds = 2678400 }, ""},
		"LongSchedule": {"as long as the schema lets it be", schedule("0" + strings.Repeat(",0", 45) + " 0 *  * *"), ""},
		"LongerSchedule": {
			"longer", schedule("0" + strings.Repeat(",0", 46) + " 0 * * *"), scheduleForm + "\"0" + strings.Repeat(",0", 46) +
				" 0 * * \"" + scheduleEnd,
		},
		"NoDuration": {
			"none", func(w *v1alpha1.Window) { w.DurationSeconds = 0 },
			"windows[1].durationSeconds: must be from 60 to 2678400 (31 days), and is 0",
		},
		"NoSchedule": {"none", schedule(""), scheduleForm + "\"\"" + scheduleEnd},
		"Both": {
			"once, and again and again", func(w *v1alpha1.Window) { w.EndTime = yearEnd.EndTime },
			"windows[1].startTime: must not be set with schedule: a window comes once, or again and again",
		},
		"BothStart": {
			"the same", func(w *v1alpha1.Window) { w.StartTime = yearEnd.StartTime },
			"windows[1].startTime: must not be set with schedule: a window comes once, or again and again",
		},
		"Neither": {
			"never", func(w *v1alpha1.Window) { w.Schedule, w.DurationSeconds = "", 0 },
			"windows[1].schedule: must be set with durationSeconds, or startTime with endTime",
		},
		"NoEnd": {
			"half of it", func(w *v1alpha1.Window) { *w = yearEnd; w.EndTime = nil },
			"windows[1].schedule: must be set with durationSeconds, or startTime with endTime",
		},
		"NoStart": {
			"the other half", func(w *v1alpha1.Window) { *w = yearEnd; w.StartTime = nil },
			"windows[1].schedule: must be set with durationSeconds, or startTime with endTime",
		},
		"NoTime": {
			"it has no length", func(w *v1alpha1.Window) { *w = yearEnd; w.EndTime = w.StartTime },
			"windows[1].endTime: must be after startTime",
		},
		"EndsFirst": {
			"it ends before it starts", func(w *v1alpha1.Window) { *w = yearEnd; w.EndTime = &metav1.Time{} },
			"windows[1].endTime: must be after startTime",
		},
		"Type": {
			"no such type", func(w *v1alpha1.Window) { w.Type = "Maybe" },
			"windows[1].type: must be Allow or Deny: \"Maybe\" is neither",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			edited := freeze
			tc.edit(&edited)
			got := ""
			if err := window.Check([]v1alpha1.Window{officeHours, edited}); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func schedule(text string) func(w *v1alpha1.Window) {
	return func(w *v1alpha1.Window) { w.Schedule = text }
}

func in(zone string) func(w *v1alpha1.Window) {
	return func(w *v1alpha1.Window) { w.TimeZone = zone }
}

// TestWhatCannotBeReadCloses : whatever is wrong with a window, it lets nothing in.
func TestWhatCannotBeReadCloses(t *testing.T) {
	for _, broken := range []v1alpha1.Window{
		{Name: "empty"}, {Name: "type", Schedule: "* * * * *", DurationSeconds: 60},
		deny("zone", "0 0 1 1 *", 60, "Europe/Bielefeld"), deny("schedule", "TZ=", 60, ""),
		deny("never", "0 0 30 2 *", 60, ""), deny("short", "0 0 1 1 *", 0, ""),
		{Name: "no-end", Type: v1alpha1.WindowDeny, StartTime: yearEnd.StartTime},
		allow("zone", "* * * * *", 60, "Europe/Bielefeld"), allow("schedule", "@every 1m", 60, ""),
		allow("long", "* * * * *", 1<<30, ""), {Name: "no-start", Type: v1alpha1.WindowAllow, EndTime: yearEnd.EndTime},
	} {
		state := window.Read([]v1alpha1.Window{broken}).At(at("2026-06-01T12:00:00Z"))
		if state.Open || !state.Until.IsZero() {
			t.Errorf("%+v opens: %+v", broken, state)
		}
	}
}
