// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/window"
)

// crowds are as many windows as a policy may have, written to take as long as they can.
func crowds() map[string][]v1alpha1.Window {
	crowds := map[string][]v1alpha1.Window{"Shop": {freeze, officeHours, yearEnd}}
	add := func(name string, w v1alpha1.Window) { crowds[name] = append(crowds[name], w) }
	for i := range 16 {
		name := fmt.Sprintf("w-%d", i)
		add("EveryMinute", deny(name, "* * * * *", 60, berlin))
		add("EveryMinuteForAMonth", deny(name, "* * * * *", 31*24*hour, berlin))
		add("EverySecondMinute", allow(name, fmt.Sprintf("%d/2 * * * *", i%2), 60, lordHowe))
		add("LeapDay", deny(name, "0 0 29 2 *", 60, newYork))
		add("LeapDayAndEveryMinute", allow(name, []string{"0 0 29 2 *", "* * * * *"}[i%2], 60, newYork))
		add("Unreadable", deny(name, "0 0 31 2,4,6,9,11 *", 60, newYork))
		add("Daily", allow(name, fmt.Sprintf("%d 0 * * *", i), 25*hour, "Africa/Casablanca"))
	}
	return crowds
}

// TestNoWindowsTakeLong : whatever is written, an answer takes milliseconds. The limit is far above, for slow machines,
// and on the time that the program itself ran, for busy ones.
func TestNoWindowsTakeLong(t *testing.T) {
	for name, windows := range crowds() {
		start := worked(t)
		state := window.Read(windows).At(at("2097-03-01T00:00:00Z"))
		if took := worked(t) - start; took > 2*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		if state.AtLeast && !state.Until.After(at("2097-03-01T00:00:00Z")) {
			t.Errorf("%s: not even a step ahead: %+v", name, state)
		}
	}
}

// worked is how long the program has been running on a processor.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkAt(b *testing.B) {
	for name, windows := range crowds() {
		b.Run(name, func(b *testing.B) {
			set := window.Read(windows)
			b.ReportAllocs()
			for b.Loop() {
				set.At(at("2097-03-01T00:00:00Z"))
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for name, windows := range crowds() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				window.Read(windows)
			}
		})
	}
}
