// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"testing"
	"time"
)

func TestSettling(t *testing.T) {
	old, fresh := freshMaterial(t), freshMaterial(t)
	both := material{trusted: append(old.trusted, fresh.trusted...)}
	type look struct {
		carried material
		after   time.Duration
		want    bool
	}
	cases := map[string]struct {
		reason string
		looks  []look
	}{
		"Settles": {
			reason: "API servers get time to notice",
			looks:  []look{{both, 0, false}, {both, settle - 1, false}, {both, settle, true}},
		},
		"NotCarried": {
			reason: "the configurations carry another authority alone",
			looks:  []look{{old, 0, false}, {old, settle, false}, {old, 2 * settle, false}},
		},
		"CarriedLate": {
			reason: "time counts from when all configurations carry it",
			looks:  []look{{old, 0, false}, {both, settle, false}, {both, 2 * settle, true}},
		},
		"TakenOutAgain": {
			reason: "time counts anew when it was taken out in between",
			looks:  []look{{both, 0, false}, {old, settle / 2, false}, {both, settle, false}, {both, 2 * settle, true}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var s settling
			for _, look := range tc.looks {
				configurations, now := installed(), start.Add(look.after)
				for _, configuration := range configurations {
					setBundle(configuration, bundle(t, look.carried))
				}
				s.observe(fresh.authority, configurations, now)
				if got := s.settled(settle, now); got != look.want {
					t.Errorf("%s: after %s: got %t, want %t", tc.reason, look.after, got, look.want)
				}
			}
		})
	}
}

func TestSettlingCountsForOneAuthority(t *testing.T) {
	old, fresh := freshMaterial(t), freshMaterial(t)
	configurations := installed()
	for _, configuration := range configurations {
		setBundle(configuration, bundle(t, material{trusted: append(old.trusted, fresh.trusted...)}))
	}
	var s settling
	s.observe(old.authority, configurations, start)
	s.observe(fresh.authority, configurations, start.Add(settle))
	if s.settled(settle, start.Add(settle)) {
		t.Error("a new authority has settled for as long as the old one")
	}
}

func bundle(t *testing.T, m material) []byte {
	t.Helper()
	encoded, err := m.bundle()
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}
