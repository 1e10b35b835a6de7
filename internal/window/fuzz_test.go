// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// FuzzSchedule : whatever the text, a window with it can be read and comes when the schedule of a CronJob would, or it
// closes and the reason is plain text.
func FuzzSchedule(f *testing.F) {
	for _, text := range []string{
		"0 17 * * FRI", "*/5 0-8,20-23/2 1 jan,Mar-MAY sUn,3", "0 0 29 2 *", "0 0 30 2 *", "0 0 30 2 1", "TZ=",
		"CRON_TZ=UTC 1", "@every 1h", "0/7 */3 1-31/5 */2 *", "* * * * * *", "1,,2 0 0 0 0", "99999999999999999999 * * * *",
		"?\u202e 0 * * \t*",
	} {
		f.Add(text, int64(1_774_746_000))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		now := time.Unix(seconds%(1<<33), 0).UTC()
		windows := []v1alpha1.Window{deny("w", text, 60, "")}
		state := window.Read(windows).At(now)
		if err := window.Check(windows); err != nil {
			if state.Open || !state.Until.IsZero() || strings.ContainsFunc(err.Error()+state.Message, hidden) {
				t.Fatalf("%q: %+v", err, state)
			}
			return
		}
		if want, err := cron.ParseStandard(text); err != nil || !next(want, now).Equal(nextStart(windows, now)) {
			t.Fatalf("starts at %s after %s, a CronJob at %s, %v", nextStart(windows, now), now, next(want, now), err)
		}
	})
}

func hidden(char rune) bool { return char < ' ' || char > '~' }

// next start of a CronJob's schedule that does not follow on another within a minute.
func next(schedule cron.Schedule, now time.Time) time.Time {
	schedule.(*cron.SpecSchedule).Location = time.UTC
	for range 4000 {
		found := schedule.Next(now)
		if schedule.Next(found.Add(-time.Minute - time.Second)).Equal(found) {
			return found
		}
		now = found
	}
	return time.Time{}
}

// nextStart is when a Deny window next closes.
func nextStart(windows []v1alpha1.Window, now time.Time) time.Time {
	set := window.Read(windows)
	state := set.At(now)
	if !state.Open && !state.AtLeast {
		state = set.At(state.Until)
	}
	if state.AtLeast {
		return time.Time{}
	}
	return state.Until.UTC()
}
