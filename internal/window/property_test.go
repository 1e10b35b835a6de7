// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// samples are moments around one, near and far.
func samples(r random, around time.Time) []time.Time {
	moments := []time.Time{around.Add(-1), around, around.Add(1)}
	for range 8 {
		moments = append(moments, around.Add(time.Duration(r.IntN(4*24*60*60)-2*24*60*60)*time.Second))
	}
	return append(moments, around.AddDate(1, 0, 0), around.AddDate(-1, 0, 0))
}

func TestUntilIsTheNextChangeAndSinceTheLast(t *testing.T) {
	forRandomWindows(t, 60, func(r random, windows []v1alpha1.Window, around time.Time) string {
		set := window.Read(windows)
		now := pick(r, samples(r, around)...)
		state := set.At(now)
		if broken := changesAt(set, state.Since, !state.Open); broken != "" {
			return "since: " + broken
		}
		if broken := changesAt(set, state.Until, state.Open); broken != "" && !state.AtLeast {
			return "until: " + broken
		}
		if state.Since.After(now) || !state.Until.IsZero() && !state.Until.After(now) {
			return fmt.Sprintf("%s is not in %+v", now, state)
		}
		return steady(set, state, now)
	})
}

// changesAt says what is wrong with a change at a moment.
func changesAt(set window.Set, moment time.Time, before bool) string {
	if moment.IsZero() {
		return ""
	}
	if set.At(moment.Add(-1)).Open != before || set.At(moment).Open == before {
		return "no change at " + moment.String()
	}
	return ""
}

// steady says of a moment between two changes that it is not like the others: of each minute near, and of some far off.
func steady(set window.Set, state window.State, now time.Time) string {
	minutes := 300
	if state.AtLeast {
		minutes = 3 // to find no change takes long
	}
	for i := range minutes {
		for _, step := range []time.Duration{1, -1, 97, -97} {
			moment := now.Add(time.Duration(i) * step * time.Minute)
			since := !state.Since.IsZero() && !moment.Before(state.Since)
			if since && (state.Until.IsZero() || moment.Before(state.Until)) && set.At(moment).Open != state.Open {
				return fmt.Sprintf("%+v, and not at %s", state, moment)
			}
		}
	}
	return ""
}

func TestADenyWindowNeverOpens(t *testing.T) {
	forRandomWindows(t, 60, func(r random, windows []v1alpha1.Window, around time.Time) string {
		added := r.window(pick(r, zones...), around)
		added.Type = v1alpha1.WindowDeny
		return opensNowhere(r, windows, append(slices.Clone(windows), added), around)
	})
}

func TestToRemoveAnAllowWindowNeverOpensIfAnotherRemains(t *testing.T) {
	forRandomWindows(t, 60, func(r random, windows []v1alpha1.Window, around time.Time) string {
		first, second := r.window(berlin, around), r.window(newYork, around)
		first.Type, second.Type = v1alpha1.WindowAllow, v1alpha1.WindowAllow
		less := append(slices.Clone(windows), first)
		return opensNowhere(r, append(slices.Clone(less), second), less, around)
	})
}

func TestToBreakAWindowNeverOpens(t *testing.T) {
	forRandomWindows(t, 60, func(r random, windows []v1alpha1.Window, around time.Time) string {
		broken := slices.Clone(windows)
		i := r.IntN(len(broken))
		switch r.IntN(4) {
		case 0:
			broken[i].TimeZone = "Local"
		case 1:
			broken[i].Schedule, broken[i].StartTime = "TZ=", nil
		case 2:
			broken[i].DurationSeconds = -1
		case 3:
			broken[i].Type = "deny"
		}
		if window.Check(broken) == nil {
			return "it can still be read"
		}
		return opensNowhere(r, windows, broken, around)
	})
}

func TestTheOrderOfWindowsDoesNotMatter(t *testing.T) {
	forRandomWindows(t, 60, func(r random, windows []v1alpha1.Window, around time.Time) string {
		shuffled := slices.Clone(windows)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		before, after := window.Read(windows).At(around), window.Read(shuffled).At(around)
		before.Window, before.Message, after.Window, after.Message = "", "", "", "" // of equals either is named
		return cmp.Diff(before, after)
	})
}

// opensNowhere says where a set of windows is open and another, which should be no more open, is not.
func opensNowhere(r random, before, after []v1alpha1.Window, around time.Time) string {
	old, changed := window.Read(before), window.Read(after)
	for _, moment := range samples(r, around) {
		if changed.At(moment).Open && !old.At(moment).Open {
			return fmt.Sprintf("at %s opened by %+v", moment, after)
		}
	}
	return ""
}
