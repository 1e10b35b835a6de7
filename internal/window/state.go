// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import "time"

// State is whether the windows of a policy let changes in at a moment, and why.
type State struct {
	// Open tells whether they do.
	Open bool
	// Window is the name of the one that decides: the Deny window that closes, the Allow window that opens or, outside of
	// all Allow windows, the one that is next to open; of several the one that lasts longest. Empty where none does.
	Window string
	// Since is when they last opened or closed; zero where they never did, or too long ago to be found.
	Since time.Time
	// Until is the first moment at which Open is another; zero where it will never be. With AtLeast the search ended
	// there: Open is the same until then, and maybe for longer. To look again at Until is right either way.
	Until   time.Time
	AtLeast bool
	// Message says it to people: closed by window freeze until 2026-11-30T08:00:00+01:00 (Mon). This moment, and those
	// above, are on the clock of the window that decides or, where none does, of the one that is next to.
	Message string
}

// At is the state at a moment.
func (s Set) At(now time.Time) State {
	verdict := newSweep(s.windows).at(now)
	next := s.next(now)
	clock := time.UTC
	state := State{Open: verdict.on, Since: s.since(now), Until: next.at, AtLeast: next.gaveUp}
	if by := next.named(verdict); by != nil {
		state.Window, clock = by.name, by.zone
	} else if next.then.by != nil {
		clock = next.then.by.zone
	}
	state.Since, state.Until = on(clock, state.Since), on(clock, state.Until)
	state.Message = s.message(verdict, next, state.Until)
	return state
}

// on writes a moment on a clock; what is zero stays so.
func on(clock *time.Location, moment time.Time) time.Time {
	if moment.IsZero() {
		return moment
	}
	return moment.In(clock)
}
