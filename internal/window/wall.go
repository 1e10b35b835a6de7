// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"slices"
	"time"

	"github.com/robfig/cron/v3"
)

// schedule is a set of wall times, in whole minutes.
type schedule struct {
	days *cron.SpecSchedule
	// times of each day, in order.
	times []time.Duration
}

func newSchedule(spec *cron.SpecSchedule) schedule {
	read := schedule{days: spec}
	for minute := range 24 * 60 {
		if has(spec.Hour, minute/60) && has(spec.Minute, minute%60) {
			read.times = append(read.times, time.Duration(minute)*time.Minute)
		}
	}
	return read
}

// comes tells whether the schedule has any time at all. A leap year has every day that there is, on each weekday.
func (s schedule) comes() bool {
	day := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for range 366 {
		if s.on(day) {
			return len(s.times) > 0
		}
		day = day.AddDate(0, 0, 1)
	}
	return false
}

// on tells whether the schedule has times on a day. Where it names days of the month and of the week, either will do,
// as in a CronJob.
func (s schedule) on(day time.Time) bool {
	const star = 63 // the bit of a field that is *
	month, week := has(s.days.Dom, day.Day()), has(s.days.Dow, int(day.Weekday()))
	switch {
	case !s.in(day):
		return false
	case has(s.days.Dom, star) || has(s.days.Dow, star):
		return month && week
	default:
		return month || week
	}
}

// in tells whether the schedule has times in the month of a day.
func (s schedule) in(day time.Time) bool { return has(s.days.Month, int(day.Month())) }

// next time of the schedule, from a wall time on.
func (s schedule) next(wall time.Time) time.Time {
	day := wall.Truncate(24 * time.Hour)
	i, _ := slices.BinarySearch(s.times, wall.Sub(day))
	if s.on(day) && i < len(s.times) {
		return day.Add(s.times[i])
	}
	day = day.AddDate(0, 0, 1)
	for !s.on(day) {
		if s.in(day) {
			day = day.AddDate(0, 0, 1)
		} else {
			day = day.AddDate(0, 1, 1-day.Day()) // the first of the next month
		}
	}
	return day.Add(s.times[0])
}

// last time of the schedule, up to a wall time.
func (s schedule) last(wall time.Time) time.Time {
	day := wall.Truncate(24 * time.Hour)
	i, found := slices.BinarySearch(s.times, wall.Sub(day))
	if found {
		i++
	}
	if s.on(day) && i > 0 {
		return day.Add(s.times[i-1])
	}
	day = day.AddDate(0, 0, -1)
	for !s.on(day) {
		if s.in(day) {
			day = day.AddDate(0, 0, -1)
		} else {
			day = day.AddDate(0, 0, -day.Day()) // the last of the month before
		}
	}
	return day.Add(s.times[len(s.times)-1])
}

func has(bits uint64, bit int) bool { return bits>>bit&1 == 1 }
