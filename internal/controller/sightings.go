// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// remembered is how long a sighting is kept: longer than any request takes to reach the cache after its content did.
const remembered = 5 * time.Minute

// sighting is content that was seen stored in a namespace, or seen gone.
type sighting struct {
	uid        types.UID
	generation int64
	// at is when it was first seen so, and last when it was last.
	at, last time.Time
}

type sightingKey struct {
	namespace string
	digest    v1alpha1.Digest
}

// sightings remembers what the watches have shown lately, since a request may be seen later than its own content.
type sightings struct {
	clock clock.PassiveClock

	mu    sync.Mutex
	seen  map[sightingKey][]sighting
	swept time.Time
}

func newSightings(clock clock.PassiveClock) *sightings {
	return &sightings{clock: clock, seen: map[sightingKey][]sighting{}}
}

// add keeps a sighting, once per object generation.
func (s *sightings) add(key sightingKey, uid types.UID, generation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.sweep(now)
	for i, known := range s.seen[key] {
		if known.uid == uid && known.generation == generation {
			s.seen[key][i].last = now
			return
		}
	}
	s.seen[key] = append(s.seen[key], sighting{uid: uid, generation: generation, at: now, last: now})
}

// find returns the first sighting that fits.
func (s *sightings) find(key sightingKey, fits func(sighting) bool) (sighting, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.seen[key] {
		if fits(known) {
			return known, true
		}
	}
	return sighting{}, false
}

// sweep forgets what is old, now and then.
func (s *sightings) sweep(now time.Time) {
	if now.Sub(s.swept) < remembered {
		return
	}
	s.swept = now
	for key, known := range s.seen {
		if now.Sub(known[len(known)-1].last) > remembered {
			delete(s.seen, key)
		}
	}
}
