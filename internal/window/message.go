// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"fmt"
	"strings"
	"time"
)

// layout of a moment in messages.
const layout = time.RFC3339 + " (Mon)"

// message says to people how the set stands.
func (s Set) message(now verdict, next change, until time.Time) string {
	switch {
	case now.on:
		return "open" + now.where("in") + next.until(now, until) + next.ending()
	case now.by == nil:
		return "closed" + s.outside(next, until) + s.faults()
	case now.by.fault != nil:
		return fmt.Sprintf("closed because window %s cannot be read: %s", now.by.name, now.by.fault)
	case next.at.IsZero():
		return "closed" + now.where("by") + ", and no Allow window comes after it"
	default:
		return "closed" + now.where("by") + next.until(now, until)
	}
}

func (v verdict) where(preposition string) string {
	if v.by == nil {
		return ""
	}
	return " " + preposition + " window " + v.by.name
}

// until says how long it stays so. Where other windows take over from the one that is named, it is not said to last so
// long itself.
func (c change) until(now verdict, moment time.Time) string {
	text := " until "
	switch {
	case moment.IsZero():
		return ""
	case c.gaveUp:
		text = " at least until "
	}
	if now.by != c.last.by {
		text = " now, and" + text
	}
	return text + moment.Format(layout)
}

// ending names what ends an open time, where that is a Deny window.
func (c change) ending() string {
	if c.then.by == nil {
		return ""
	}
	return ", when window " + c.then.by.name + " begins"
}

// outside of all Allow windows.
func (s Set) outside(next change, until time.Time) string {
	switch {
	case next.at.IsZero():
		return " outside its Allow windows, of which none comes again"
	case next.gaveUp:
		return " outside its Allow windows at least until " + until.Format(layout)
	default:
		return next.then.where("outside") + " until " + until.Format(layout)
	}
}

// faults of Allow windows, which keep the set closed.
func (s Set) faults() string {
	var text strings.Builder
	for _, window := range s.windows {
		if window.allow && window.fault != nil {
			fmt.Fprintf(&text, "; window %s cannot be read: %s", window.name, window.fault)
		}
	}
	return text.String()
}
