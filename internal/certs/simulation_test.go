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

	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// simulated is how long the simulation lasts.
	simulated = 40 * lifetime
	// replicaLag is how late a replica may be with a new certificate. The one that it serves until then must not expire.
	replicaLag = lifetime / 4
)

// simulation lets many lifetimes pass. The leader comes late or is another one, somebody deletes the Secret, API
// servers notice a caBundle late, and replicas a certificate. Whatever a replica may serve, every API server has to
// accept.
type simulation struct {
	t              *testing.T
	random         *rand.Rand
	now            time.Time
	stored         material
	configurations []client.Object
	rotator        *rotator
	history        []moment
	// authorities and leaves are the serial numbers of what was served.
	authorities, leaves map[string]bool
}

// moment is what the leader left behind at a time.
type moment struct {
	at      time.Time
	bundle  string
	serving *x509.Certificate
}

func TestNoCallFailsInManyLifetimes(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := &simulation{
				t: t, random: rand.New(rand.NewPCG(seed, 0)), now: start, configurations: installed(),
				authorities: map[string]bool{}, leaves: map[string]bool{},
			}
			s.restart()
			for s.step(); s.now.Before(start.Add(simulated)); s.step() {
				s.disturb()
				s.now = s.now.Add(time.Duration(s.random.Int64N(int64(settle))))
			}
			if len(s.leaves) < 40 || len(s.authorities) < 10 {
				t.Errorf("%d certificates of %d authorities were served: too few", len(s.leaves), len(s.authorities))
			}
		})
	}
}

// disturb has something happen at times.
func (s *simulation) disturb() {
	switch s.random.IntN(100) {
	case 0:
		s.stored = material{}
	case 1:
		s.restart()
	case 2:
		s.now = s.now.Add(lifetime / 20)
	}
}

// restart makes another replica the leader.
func (s *simulation) restart() {
	s.t.Helper()
	serving, err := New(testOptions())
	if err != nil {
		s.t.Fatal(err)
	}
	serving.serve(s.stored)
	s.rotator = &rotator{serving: serving}
}

// step has the leader look once.
func (s *simulation) step() {
	s.t.Helper()
	s.renew()
	for _, seen := range s.last(settle) {
		for _, loaded := range s.last(replicaLag) {
			s.accept(seen.bundle, loaded.serving)
		}
	}
}

func (s *simulation) renew() {
	s.t.Helper()
	renewed, err := s.rotator.renew(s.stored.or(s.rotator.serving.current()), s.configurations, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	bundle, err := renewed.bundle()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, configuration := range s.configurations {
		setBundle(configuration, bundle)
	}
	s.stored = renewed
	s.rotator.serving.serve(renewed)
	s.history = append(s.history, moment{at: s.now, bundle: string(bundle), serving: renewed.serving.Leaf})
}

// last are the moments that somebody who is late by lag, or by less, may be at.
func (s *simulation) last(lag time.Duration) []moment {
	first := len(s.history) - 1
	for first > 0 && s.history[first].at.After(s.now.Add(-lag)) {
		first--
	}
	return slices.CompactFunc(slices.Clone(s.history[first:]), func(a, b moment) bool {
		return a.bundle == b.bundle && a.serving == b.serving
	})
}

func (s *simulation) accept(bundle string, leaf *x509.Certificate) {
	s.t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(bundle))
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: s.now})
	if err != nil {
		s.t.Fatalf("a call fails after %s: %v", s.now.Sub(start), err)
	}
	s.leaves[leaf.SerialNumber.String()] = true
	s.authorities[chains[0][1].SerialNumber.String()] = true
}
