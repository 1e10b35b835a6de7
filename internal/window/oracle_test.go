// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// TestAsSomebodyWhoWatchesTheClock : somebody who looks at the clock every minute, and writes down what it shows, comes
// to the same.
func TestAsSomebodyWhoWatchesTheClock(t *testing.T) {
	forRandomWindows(t, 80, func(r random, windows []v1alpha1.Window, around time.Time) string {
		from := around.Add(-time.Duration(r.IntN(30*60)) * time.Minute).Truncate(time.Minute)
		open := watch(t, windows, from, 40*60)
		set := window.Read(windows)
		for i := r.IntN(9); i < len(open); i += 1 + r.IntN(9) {
			now := from.Add(time.Duration(i) * time.Minute)
			state := set.At(now.Add(time.Duration(r.IntN(60)) * time.Second))
			if state.Open != open[i] {
				return fmt.Sprintf("at %s open: %t, want %t", now.Format(time.RFC3339), state.Open, open[i])
			}
			if next := slices.Index(open[i:], !open[i]); next >= 0 {
				if want := now.Add(time.Duration(next) * time.Minute); !state.Until.Equal(want) {
					return fmt.Sprintf("at %s until %s, want %s", now.Format(time.RFC3339), state.Until, want)
				}
			}
			if state.AtLeast {
				i += 500 // to find no change takes long
			}
		}
		return ""
	})
}

// watch tells for each of some minutes whether windows are open.
func watch(t *testing.T, windows []v1alpha1.Window, from time.Time, minutes int) []bool {
	t.Helper()
	allowed, denied, allows := make([]bool, minutes), make([]bool, minutes), false
	for _, w := range windows {
		into := denied
		if w.Type == v1alpha1.WindowAllow {
			into, allows = allowed, true
		}
		watchOne(t, w, from, into)
	}
	open := make([]bool, minutes)
	for i := range open {
		open[i] = !denied[i] && (allowed[i] || !allows)
	}
	return open
}

// watchOne marks the minutes in which a window is on. It begins early enough to see all starts that matter.
func watchOne(t *testing.T, w v1alpha1.Window, from time.Time, on []bool) {
	t.Helper()
	if w.StartTime != nil {
		for i := range on {
			now := from.Add(time.Duration(i) * time.Minute)
			on[i] = on[i] || !now.Before(w.StartTime.Time) && now.Before(w.EndTime.Time)
		}
		return
	}
	location, lasts := zone(t, w.TimeZone), time.Duration(w.DurationSeconds)*time.Second
	fields := strings.Fields(w.Schedule)
	now := from.Add(-lasts - 48*time.Hour)
	var seen, end time.Time // the latest that the clock showed, and the end of the window
	for ; now.Before(from.Add(time.Duration(len(on)) * time.Minute)); now = now.Add(time.Minute) {
		shown := clockAt(now, location)
		for seen.IsZero() || seen.Before(shown) {
			if seen.IsZero() {
				seen = shown.Add(-time.Minute)
			}
			seen = seen.Add(time.Minute)
			if matches(fields, seen) {
				end = now.Add(lasts)
			}
		}
		if i := int(now.Sub(from) / time.Minute); !now.Before(from) && now.Before(end) {
			on[i] = true
		}
	}
}

// clockAt is what a clock shows, as if it were UTC.
func clockAt(now time.Time, location *time.Location) time.Time {
	l := now.In(location)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, time.UTC)
}

// matches is cron(5), by the letter, of what the random schedules have.
func matches(fields []string, wall time.Time) bool {
	day, week := matchesField(fields[2], wall.Day(), 1, 31), matchesField(fields[4], int(wall.Weekday()), 0, 6)
	either := day && week
	if fields[2] != "*" && fields[4] != "*" {
		either = day || week
	}
	return either && matchesField(fields[0], wall.Minute(), 0, 59) && matchesField(fields[1], wall.Hour(), 0, 23) &&
		matchesField(fields[3], int(wall.Month()), 1, 12)
}

func matchesField(field string, value, least, most int) bool {
	for item := range strings.SplitSeq(field, ",") {
		span, step, stepped := strings.Cut(item, "/")
		first, last, ranged := strings.Cut(span, "-")
		low, high, by := least, most, 1
		if first != "*" {
			low, high = number(first), number(first)
		}
		if stepped {
			high, by = most, number(step)
		}
		if ranged {
			high = number(last)
		}
		if value >= low && value <= high && (value-low)%by == 0 {
			return true
		}
	}
	return false
}

func number(text string) int {
	names := map[string]int{"sun": 0, "mon": 1, "fri": 5, "sat": 6, "mar": 3, "apr": 4}
	if n, ok := names[strings.ToLower(text)]; ok {
		return n
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}
