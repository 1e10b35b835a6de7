// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"time"
)

// Evidence is all that a ledger depends on, at one moment.
type Evidence struct {
	// Listed are the images on it now.
	Listed []string
	// Entered are those that belong on it: by an entry, as injected, or from before it was kept.
	Entered []string
	// Live are those that anything in the namespace names. They stay, and do not come on it.
	Live []string
	// Idle is since when nothing has named an image that is listed.
	Idle map[string]time.Time
	// Grace is how long such an image stays: until everybody can see who names it.
	Grace time.Duration
	Now   time.Time
}

// Ledger is what it should be.
type Ledger struct {
	// Images on it, sorted.
	Images []string
	// LeftOut is how many belong on it that it cannot hold. Their Pods are treated as if nobody had let them in.
	LeftOut int
	// Idle is since when nothing has named an image that is listed still.
	Idle map[string]time.Time
}

// Next is the ledger that the evidence calls for.
func Next(e Evidence) Ledger {
	entered, live, known := set(e.Entered), set(e.Live), set(e.Listed)
	wanted, idle := set(e.Entered), map[string]time.Time{}
	for image := range known {
		if entered[image] || live[image] {
			wanted[image] = true
			continue
		}
		since, before := e.Idle[image]
		if !before {
			since = e.Now
		}
		if e.Now.Sub(since) < e.Grace {
			wanted[image], idle[image] = true, since
		}
	}
	images, leftOut := fit(known, wanted)
	return Ledger{Images: images, LeftOut: leftOut, Idle: idle}
}

func set(images []string) map[string]bool {
	all := make(map[string]bool, len(images))
	for _, image := range images {
		if image != "" {
			all[image] = true
		}
	}
	return all
}
