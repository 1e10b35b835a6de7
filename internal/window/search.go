// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// change is when a set next opens or closes.
type change struct {
	// at is when; zero where it never does.
	at time.Time
	// gaveUp: no change was found up to then.
	gaveUp bool
	// last is the verdict right before, then the one from then on.
	last, then verdict
}

// next change after a moment.
func (s Set) next(now time.Time) change {
	sweep := newSweep(s.windows)
	last := sweep.at(now)
	for last.until.Before(forever) {
		if sweep.left <= 0 {
			return change{at: last.until, gaveUp: true, last: last}
		}
		then := sweep.at(last.until)
		if then.on != last.on {
			return change{at: last.until, last: last, then: then}
		}
		last = then
	}
	return change{last: last}
}

// since is the last change up to a moment; zero where there is none, or none was found.
func (s Set) since(now time.Time) time.Time {
	sweep := newSweep(s.windows)
	for first := sweep.at(now); first.from.After(ever) && sweep.left > 0; {
		before := sweep.at(first.from.Add(-1))
		if before.on != first.on {
			return first.from
		}
		first = before
	}
	return ever
}

// named is the window that a message about a verdict names: the one that decides or, outside of all Allow windows, the
// one that is next to open.
func (c change) named(now verdict) *window {
	if now.by == nil && !now.on {
		return c.then.by
	}
	return now.by
}
