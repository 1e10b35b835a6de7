// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// renewed is what a renewal left or replaced.
type renewed struct {
	NewAuthority, NewServing bool
	// SignedByNewest says whether the serving certificate is the newest authority's.
	SignedByNewest bool
	Trusted        int
}

func TestRenewal(t *testing.T) {
	const authorityLifetime = authorityLifetimes * lifetime
	cases := map[string]struct {
		reason  string
		after   time.Duration
		damage  func(*material)
		hosts   []string
		settled bool
		want    renewed
	}{
		"Fresh": {
			reason: "nothing is due", settled: true,
			want: renewed{SignedByNewest: true, Trusted: 1},
		},
		"JustBeforeDue": {
			reason: "more than a third of the life is left", after: lifetime*2/3 - time.Second, settled: true,
			want: renewed{SignedByNewest: true, Trusted: 1},
		},
		"ServingDue": {
			reason: "a third of the life is left", after: lifetime * 2 / 3, settled: true,
			want: renewed{NewServing: true, SignedByNewest: true, Trusted: 1},
		},
		"ServingDueButNotSettled": {
			reason: "not every API server may trust the authority yet", after: lifetime * 2 / 3,
			want: renewed{SignedByNewest: true, Trusted: 1},
		},
		"ServingExpired": {
			reason: "an expired certificate is no use, whoever trusts the next one", after: lifetime + time.Second,
			want: renewed{NewServing: true, SignedByNewest: true, Trusted: 1},
		},
		"ServingMissing": {
			reason: "there is nothing to serve", damage: func(m *material) { m.serving = nil },
			want: renewed{NewServing: true, SignedByNewest: true, Trusted: 1},
		},
		"OtherName": {
			reason: "API servers call the server by a name that the certificate is not good for",
			hosts:  []string{"other.countersign-system.svc"},
			want:   renewed{NewServing: true, SignedByNewest: true, Trusted: 1},
		},
		"NotYetValid": {
			reason: "the clock was set back by more than API servers bear with", after: -clockSkew - time.Second,
			want: renewed{NewAuthority: true, NewServing: true, SignedByNewest: true, Trusted: 2},
		},
		"AuthorityKeyMissing": {
			reason: "a new authority is trusted first, and signs later",
			damage: func(m *material) { m.authority = nil }, settled: true,
			want: renewed{NewAuthority: true, Trusted: 2},
		},
		"AuthorityDue": {
			reason: "the serving certificate has expired long ago, so the new authority signs at once",
			after:  authorityLifetime * 2 / 3, settled: true,
			want: renewed{NewAuthority: true, NewServing: true, SignedByNewest: true, Trusted: 2},
		},
		"AllExpired": {
			reason: "an expired authority is not trusted any longer", after: authorityLifetime + time.Second,
			want: renewed{NewAuthority: true, NewServing: true, SignedByNewest: true, Trusted: 1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := freshMaterial(t)
			if tc.damage != nil {
				tc.damage(&before)
			}
			due := renewal{issuer: newIssuer(testOptions()), hosts: tc.hosts, now: start.Add(tc.after)}
			after, err := due.apply(before, tc.settled)
			if err != nil {
				t.Fatal(err)
			}
			got := renewed{
				NewAuthority:   after.authority != before.authority,
				NewServing:     after.serving != before.serving,
				SignedByNewest: signed(after.trusted[0], after.serving),
				Trusted:        len(after.trusted),
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNewAuthoritySignsOnceSettled(t *testing.T) {
	m := freshMaterial(t)
	m.authority = nil
	due := renewal{issuer: newIssuer(testOptions()), now: start}
	for _, step := range []struct{ settled, want bool }{{true, false}, {false, false}, {true, true}} {
		var err error
		if m, err = due.apply(m, step.settled); err != nil {
			t.Fatal(err)
		}
		if got := signed(m.authority.Leaf, m.serving); got != step.want {
			t.Errorf("new authority has signed: got %t, want %t (settled: %t)", got, step.want, step.settled)
		}
	}
}

func TestIssued(t *testing.T) {
	m := freshMaterial(t)
	roots := x509.NewCertPool()
	roots.AddCert(m.authority.Leaf)
	for _, host := range testOptions().hosts() {
		for _, now := range []time.Time{start.Add(-clockSkew), start, start.Add(lifetime)} {
			if _, err := m.serving.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, CurrentTime: now}); err != nil {
				t.Errorf("%s at %s: %v", host, now, err)
			}
		}
	}
	for _, pair := range []*ecdsa.PublicKey{
		m.authority.Leaf.PublicKey.(*ecdsa.PublicKey), m.serving.Leaf.PublicKey.(*ecdsa.PublicKey),
	} {
		if pair.Curve != elliptic.P256() {
			t.Errorf("curve %s, want P-256", pair.Params().Name)
		}
	}
	if m.serving.Leaf.IsCA {
		t.Error("the serving certificate is an authority")
	}
}

// freshMaterial is what is issued at the start.
func freshMaterial(t *testing.T) material {
	t.Helper()
	m, err := renewal{issuer: newIssuer(testOptions()), now: start}.apply(material{}, false)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
