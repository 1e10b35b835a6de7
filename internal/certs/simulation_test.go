// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/x509"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// simulated is how long a simulation lasts.
const simulated = 20 * lifetime

// simulation lets many lifetimes pass. The leader comes late or is another one, somebody deletes the Secret, API
// servers notice a caBundle late, and replicas a certificate. Whatever a replica may serve, every API server has to
// accept.
type simulation struct {
	t *testing.T
	// deletions says whether the Secret is deleted at times.
	deletions bool
	// replicaLag is how late a replica may be with a new certificate.
	replicaLag time.Duration

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
	cases := map[string]simulation{
		// What a replica serves until it has the next certificate must not expire.
		"Rotation": {replicaLag: lifetime / 8},
		// A deletion shortens the life of an authority to what it took to settle.
		"Deletions": {replicaLag: 2 * settle, deletions: true},
	}
	for name, s := range cases {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.random = rand.New(rand.NewPCG(1, 2))
			s.now, s.configurations = start, installed()
			s.authorities, s.leaves = map[string]bool{}, map[string]bool{}
			s.run()
			if len(s.leaves) < 20 || len(s.authorities) < 5 {
				t.Errorf("%d certificates of %d authorities were served: too few", len(s.leaves), len(s.authorities))
			}
		})
	}
}

func (s *simulation) run() {
	s.t.Helper()
	s.restart()
	for s.step(); s.now.Before(start.Add(simulated)); s.step() {
		s.disturb()
		s.now = s.now.Add(time.Duration(s.random.Int64N(int64(settle))))
	}
}

// disturb has something happen at times.
func (s *simulation) disturb() {
	s.t.Helper()
	switch s.random.IntN(100) {
	case 0:
		s.restart()
	case 1:
		s.now = s.now.Add(lifetime / 20)
	case 2, 3:
		if s.deletions {
			s.stored = material{}
		}
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
	s.rotator = &rotator{serving: serving, gaps: &recorded{}}
}

// step has the leader look once.
func (s *simulation) step() {
	s.t.Helper()
	s.renew()
	for _, seen := range s.last(settle) {
		for _, loaded := range s.last(s.replicaLag) {
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
