// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// zones with all sorts of changes: on either side of the equator, by half an hour, by two, by a whole day, at midnight,
// a minute past it, backwards (Dublin's winter time is the change), for Ramadan; and none.
var zones = []string{
	berlin, newYork, lordHowe, kolkata, "Etc/UTC", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll",
	"Pacific/Apia", "Pacific/Chatham", "Europe/Dublin", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "America/Nuuk",
}

// random makes windows around the moments at which clocks are changed.
type random struct{ *rand.Rand }

func pick[T any](r random, choices ...T) T { return choices[r.IntN(len(choices))] }

func (r random) window(zone string, around time.Time) v1alpha1.Window {
	kind := pick(r, v1alpha1.WindowAllow, v1alpha1.WindowDeny)
	name := strings.ToLower(string(kind)) + "-" + strconv.Itoa(r.IntN(1000))
	if r.IntN(6) == 0 {
		start := around.Add(time.Duration(r.IntN(6000)-4000) * time.Minute).Truncate(time.Minute)
		end := start.Add(time.Duration(1+r.IntN(3000)) * time.Minute)
		return v1alpha1.Window{
			Name: name, Type: kind, TimeZone: zone, StartTime: &metav1.Time{Time: start}, EndTime: &metav1.Time{Time: end},
		}
	}
	return v1alpha1.Window{
		Name: name, Type: kind, TimeZone: zone, Schedule: r.schedule(),
		DurationSeconds: pick[int32](r, 60, 300, 1800, hour, 5400, 2*hour, 8*hour, 24*hour, 25*hour, 63*hour, 14*24*hour),
	}
}

func (r random) schedule() string {
	return strings.Join([]string{
		pick(r, "0", "30", "59", "15,45", "*/20", "5-20/5", "*", "7/13"),
		pick(r, "0", "1", "2", "3", "23", "*", "*/2", "0-3", "9-17", "1,2,13"),
		pick(r, "*", "*", "*", "*", "*/2", "25-31", "1,4,29", "31"),
		pick(r, "*", "*", "*", "*", "*/2", "MAR-apr", "10,11,12"),
		pick(r, "*", "*", "*", "SUN", "MON-FRI", "6", "fri,SAT", "*/3"),
	}, " ")
}

// moment near a change of the clocks of a zone, if it has any.
func (r random) moment(t *testing.T, name string) time.Time {
	t.Helper()
	year := 2008 + r.IntN(22)
	moment := time.Date(year, time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	if _, change := moment.In(zone(t, name)).ZoneBounds(); !change.IsZero() && r.IntN(5) > 0 {
		return change.UTC()
	}
	return moment
}

func (r random) windows(t *testing.T) (windows []v1alpha1.Window, around time.Time) {
	t.Helper()
	zone := pick(r, zones...)
	around = r.moment(t, zone)
	for range 1 + r.IntN(3) {
		windows = append(windows, r.window(zone, around))
	}
	return windows, around
}

// forRandomWindows checks a property of many sets of windows, the same ones each time, at a moment near a change of the
// clocks. With -short there are fewer, enough to see most of what is wrong.
func forRandomWindows(
	t *testing.T, sets int, check func(r random, windows []v1alpha1.Window, around time.Time) (broken string),
) {
	t.Helper()
	if testing.Short() {
		sets /= 5
	}
	for seed := range uint64(sets) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		windows, around := r.windows(t)
		if err := window.Check(windows); err != nil && !strings.Contains(err.Error(), "never comes") {
			t.Fatalf("seed %d: %s\n%+v", seed, err, windows)
		}
		if broken := check(r, windows, around); broken != "" {
			t.Fatalf("seed %d, around %s: %s\n%+v", seed, around.Format(time.RFC3339), broken, windows)
		}
	}
}
