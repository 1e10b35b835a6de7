// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package skew

import (
	"net/http"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// TestAgree : clocks agree where an answer may have been written when it says.
func TestAgree(t *testing.T) {
	sent := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		reason string
		said   time.Duration
		takes  time.Duration
		apart  string
	}{
		"Same":        {"it says the second that it was sent in", 0, 0, ""},
		"Ahead":       {"as far as is tolerated", 30 * time.Second, 0, ""},
		"TooFarAhead": {"a second more", 31 * time.Second, 0, "31s apart"},
		"Behind":      {"a second is not over when it is said", -31 * time.Second, 0, ""},
		"TooFar":      {"a second more", -32 * time.Second, 0, "31s apart"},
		"Slow":        {"it was written at the end of a minute", time.Minute, time.Minute, ""},
		"SlowAndLate": {"at no time of it", 2 * time.Minute, time.Minute, "1m0s apart"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := after(t, sent.Add(tc.said).Format(http.TimeFormat), sent, tc.takes).Agree(); !says(got, tc.apart) {
				t.Errorf("%s: want %q, got: %v", tc.reason, tc.apart, got)
			}
		})
	}
}

// TestAgreeAgain : the last answer counts, and one without a time is none.
func TestAgreeAgain(t *testing.T) {
	sent := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	meter := after(t, sent.Add(time.Hour).Format(http.TimeFormat), sent, 0)
	meter.measure("", sent, sent)
	if err := meter.Check(nil); !says(err, "1h0m0s apart") {
		t.Errorf("an answer says no time: %v", err)
	}
	meter.measure(sent.Format(http.TimeFormat), sent, sent)
	if err := meter.Check(nil); err != nil {
		t.Errorf("somebody has set the clock: %v", err)
	}
}

// after an answer that says a time, and takes one.
func after(t *testing.T, said string, sent time.Time, takes time.Duration) *Meter {
	t.Helper()
	now := clocktesting.NewFakePassiveClock(sent)
	meter := &Meter{Clock: now}
	answer := meter.Wrap(roundTripper(func(*http.Request) (*http.Response, error) {
		now.SetTime(sent.Add(takes))
		return &http.Response{Header: http.Header{"Date": {said}}}, nil
	}))
	if _, err := answer.RoundTrip(&http.Request{}); err != nil { //nolint:bodyclose // it has none
		t.Fatal(err)
	}
	return meter
}

func says(err error, what string) bool {
	if what == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), what)
}
