// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// verdict is what the windows of a set come to at a moment, and for how long that is certain.
type verdict struct {
	// phase is on while the set is open.
	phase
	// by is the window that decides: the Deny window that closes, or the Allow window that opens; nil where none does.
	by *window
}

// sweep moves over time. It reads a window again only when it has left the phase that it knows.
type sweep struct {
	windows []window
	phases  []phase
	// left is how many more readings there may be.
	left int
}

// mostReadings bounds a search, to some milliseconds: a window that comes every minute is followed for two days, one
// that comes every day for eight years.
const mostReadings = 3000

func newSweep(windows []window) *sweep {
	return &sweep{windows: windows, phases: make([]phase, len(windows)), left: mostReadings}
}

// at is the verdict at a moment.
func (s *sweep) at(moment time.Time) verdict {
	for i := range s.windows {
		if !s.phases[i].holds(moment) {
			s.phases[i] = s.windows[i].times.at(moment)
			s.left--
		}
	}
	deny, denying := s.any(false)
	allow, allowing := s.any(true)
	switch {
	case deny.on:
		return verdict{phase: phase{from: deny.from, until: deny.until}, by: denying}
	case !allow.on:
		return verdict{phase: allow}
	default:
		both := phase{on: true, from: later(deny.from, allow.from), until: earlier(deny.until, allow.until)}
		return verdict{phase: both, by: allowing}
	}
}

// any is on while any of the Allow windows is, or any of the Deny windows; by is the one among them that lasts longest.
// Where there are no Allow windows, that is always.
func (s *sweep) any(allow bool) (union phase, by *window) {
	union = phase{from: ever, until: forever}
	found := false
	for i, p := range s.phases {
		switch {
		case s.windows[i].allow != allow:
			continue
		case p.on && !union.on:
			union, by = p, &s.windows[i]
		case p.on && union.on:
			if p.until.After(union.until) {
				by = &s.windows[i]
			}
			union.from, union.until = earlier(union.from, p.from), later(union.until, p.until)
		case !union.on:
			union.from, union.until = later(union.from, p.from), earlier(union.until, p.until)
		}
		found = true
	}
	union.on = union.on || allow && !found
	return union, by
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
