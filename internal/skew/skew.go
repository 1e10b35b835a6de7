// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package skew compares the operator's clock with the API server's. What is dated the API server has dated, so whoever
// judges by another clock lets in what has lapsed, or what is not due yet.
package skew

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"
)

// tolerated is how far clocks may be apart.
const tolerated = 30 * time.Second

// Meter knows how far apart the clocks were when the API server last answered.
type Meter struct {
	Clock clock.PassiveClock
	apart atomic.Int64
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// Wrap has all answers measured.
func (m *Meter) Wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		sent := m.Clock.Now()
		response, err := next.RoundTrip(request)
		if err == nil {
			m.measure(response.Header.Get("Date"), sent, m.Clock.Now())
		}
		return response, err
	})
}

// measure an answer by the time that it says. It was written between its request and its arrival, and says whole
// seconds. One without a time says nothing.
func (m *Meter) measure(said string, sent, received time.Time) {
	date, err := http.ParseTime(said)
	if err != nil {
		return
	}
	switch earliest, latest := sent.Sub(date.Add(time.Second)), date.Sub(received); {
	case earliest > 0:
		m.apart.Store(int64(-earliest))
	case latest > 0:
		m.apart.Store(int64(latest))
	default:
		m.apart.Store(0)
	}
}

// Check fails while the clocks are too far apart. It is a readiness check.
func (m *Meter) Check(*http.Request) error { return m.Agree() }

// Agree fails while the clocks are too far apart.
func (m *Meter) Agree() error {
	if apart := time.Duration(m.apart.Load()); apart.Abs() > tolerated {
		return fmt.Errorf("nobody knows what time it is: the API server's clock and its own clock are %s apart",
			apart.Abs().Round(time.Second))
	}
	return nil
}
