// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// phase is a stretch of time through which a window is certainly on, or off: all moments from one up to, and without,
// another. Its neighbours may be alike.
type phase struct {
	on          bool
	from, until time.Time
}

var (
	// ever is before all time: the zero time.
	ever time.Time
	// forever is after all time.
	forever = time.Unix(1<<55, 0)
)

// holds tells whether a moment is in the phase.
func (p phase) holds(moment time.Time) bool {
	return !moment.Before(p.from) && moment.Before(p.until)
}

// times are when a window is on.
type times interface {
	// at is the phase around a moment.
	at(moment time.Time) phase
}

// once is a window that comes once.
type once struct{ start, end time.Time }

func (o once) at(moment time.Time) phase {
	switch {
	case moment.Before(o.start):
		return phase{from: ever, until: o.start}
	case moment.Before(o.end):
		return phase{on: true, from: o.start, until: o.end}
	default:
		return phase{from: o.end, until: forever}
	}
}

// always is a window that is on, or off, at all times: one that cannot be read.
type always bool

func (a always) at(time.Time) phase { return phase{on: bool(a), from: ever, until: forever} }

// recurring is a window that comes by a schedule.
type recurring struct {
	schedule schedule
	zone     *time.Location
	lasts    time.Duration
}

// at looks at the two starts that matter: the first one that lasts beyond the moment, and the last one up to it. All
// between them overlap.
func (r recurring) at(moment time.Time) phase {
	start := r.after(moment.Add(-r.lasts))
	end := r.upTo(moment).Add(r.lasts)
	if start.After(moment) {
		return phase{from: end, until: start}
	}
	return phase{on: true, from: start, until: end}
}

// after is the first start after a moment.
func (r recurring) after(moment time.Time) time.Time {
	return first(r.zone, r.schedule.next(reached(r.zone, moment).Add(time.Minute)))
}

// upTo is the last start up to a moment.
func (r recurring) upTo(moment time.Time) time.Time {
	return first(r.zone, r.schedule.last(reached(r.zone, moment)))
}
