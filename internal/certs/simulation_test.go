// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// moment is what the leader left behind at a time.
type moment struct {
	at      time.Time
	bundle  string
	serving *x509.Certificate
}

// simulation lets years pass. The leader comes late or is another one, somebody deletes the Secret, API servers notice
// a caBundle late, and replicas a certificate. Whatever a replica may serve, every API server has to accept.
type simulation struct {
	*installation
	random  *rand.Rand
	history []moment
	// authorities and leaves count what was served, by serial number.
	authorities, leaves map[string]bool
}

// replicaLag is how late a replica may be with a new certificate. The one that it serves until then must not expire.
const replicaLag = lifetime / 4

func TestNoCallFailsInYears(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := &simulation{
				installation: install(t, installed()...), random: rand.New(rand.NewPCG(seed, 0)),
				authorities: map[string]bool{}, leaves: map[string]bool{},
			}
			s.step()
			for s.clock.Now().Before(start.Add(40 * lifetime)) && !t.Failed() {
				s.disturb()
				s.clock.SetTime(s.clock.Now().Add(time.Duration(s.random.Int64N(int64(settle)))))
				s.step()
			}
			if len(s.leaves) < 40 || len(s.authorities) < 10 {
				t.Errorf("%d certificates of %d authorities were served: too few", len(s.leaves), len(s.authorities))
			}
		})
	}
}

// disturb has something happen at times.
func (s *simulation) disturb() {
	switch s.random.IntN(500) {
	case 0:
		if err := s.client.Delete(s.t.Context(), s.secret()); err != nil {
			s.t.Fatal(err)
		}
	case 1:
		s.restart()
		s.load()
	case 2:
		s.clock.SetTime(s.clock.Now().Add(lifetime / 20))
	}
}

func (s *simulation) step() {
	s.t.Helper()
	s.reconcile()
	now := s.clock.Now()
	s.history = append(s.history, moment{at: now, bundle: s.bundles()[0], serving: s.serving.current().serving.Leaf})
	for _, seen := range s.last(settle) {
		for _, loaded := range s.last(replicaLag) {
			s.accept(seen.bundle, loaded.serving, now)
		}
	}
}

// last are the moments that somebody who is late by lag, or by less, may be at.
func (s *simulation) last(lag time.Duration) []moment {
	oldest := s.clock.Now().Add(-lag)
	first := len(s.history) - 1
	for first > 0 && s.history[first].at.After(oldest) {
		first--
	}
	return slices.CompactFunc(slices.Clone(s.history[first:]), func(a, b moment) bool {
		return a.bundle == b.bundle && a.serving == b.serving
	})
}

func (s *simulation) accept(bundle string, leaf *x509.Certificate, now time.Time) {
	s.t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(bundle))
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now})
	if err != nil {
		s.t.Fatalf("a call fails after %s: %v", now.Sub(start), err)
	}
	s.leaves[leaf.SerialNumber.String()] = true
	s.authorities[chains[0][1].SerialNumber.String()] = true
}
