// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/x509"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEncodeAndParse(t *testing.T) {
	due := renewal{issuer: newIssuer(testOptions()), now: start}
	m := freshMaterial(t)
	m.authority = nil
	m, err := due.apply(m, false)
	if err != nil {
		t.Fatal(err)
	}
	data := encode(t, m)
	if diff := cmp.Diff(data, encode(t, parse(data))); diff != "" {
		t.Errorf("material with two authorities is another after parse (-want +got)\n%s", diff)
	}
}

func TestParseDamaged(t *testing.T) {
	type usable struct {
		Trusted            int
		Authority, Serving bool
	}
	cases := map[string]struct {
		reason string
		damage func(data, other map[string][]byte)
		want   usable
	}{
		"Whole": {
			reason: "nothing is damaged", damage: func(_, _ map[string][]byte) {},
			want: usable{Trusted: 1, Authority: true, Serving: true},
		},
		"Empty": {
			reason: "there is nothing", damage: func(data, _ map[string][]byte) { clear(data) },
		},
		"NoBundle": {
			reason: "nothing can be verified", damage: func(data, _ map[string][]byte) { data[bundleKey] = nil },
		},
		"BundleIsText": {
			reason: "nothing can be verified",
			damage: func(data, _ map[string][]byte) { data[bundleKey] = []byte("certificate") },
		},
		"OtherAuthorityKey": {
			reason: "the key is not the authority's",
			damage: func(data, other map[string][]byte) { data[authorityKeyKey] = other[authorityKeyKey] },
			want:   usable{Trusted: 1, Serving: true},
		},
		"OtherServingKey": {
			reason: "half of a pair was written",
			damage: func(data, other map[string][]byte) { data[servingKeyKey] = other[servingKeyKey] },
			want:   usable{Trusted: 1, Authority: true},
		},
		"OtherServingPair": {
			reason: "no trusted authority signed it",
			damage: func(data, other map[string][]byte) {
				data[servingCertKey], data[servingKeyKey] = other[servingCertKey], other[servingKeyKey]
			},
			want: usable{Trusted: 1, Authority: true},
		},
		"ServingPairAsAuthority": {
			reason: "a serving certificate cannot sign",
			damage: func(data, _ map[string][]byte) {
				data[bundleKey], data[authorityKeyKey] = data[servingCertKey], data[servingKeyKey]
			},
			want: usable{Trusted: 1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			data := encode(t, freshMaterial(t))
			tc.damage(data, encode(t, freshMaterial(t)))
			m := parse(data)
			got := usable{Trusted: len(m.trusted), Authority: m.authority != nil, Serving: m.serving != nil}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}

func TestOrKeepsWhatIsServed(t *testing.T) {
	served := freshMaterial(t)
	got := material{}.or(served)
	if got.serving != served.serving || !slices.ContainsFunc(got.trusted, served.trusted[0].Equal) {
		t.Error("a lost Secret takes what is served, or its authority, with it")
	}
	if got.authority != nil {
		t.Error("a lost Secret leaves its authority in use; it is deleted to be rid of that")
	}
	if stored := freshMaterial(t); stored.or(served).serving != stored.serving {
		t.Error("a usable Secret is not what counts")
	}
}

func TestOrKeepsPredecessor(t *testing.T) {
	due := renewal{issuer: newIssuer(testOptions()), now: start}
	served := freshMaterial(t)
	for range 2 {
		served.authority = nil
		for _, settled := range []bool{false, true} {
			var err error
			if served, err = due.apply(served, settled); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := served.trusted[:2]
	if got := (material{}).or(served).trusted; !slices.EqualFunc(got, want, (*x509.Certificate).Equal) {
		t.Errorf("got %d authorities, want that of what is served and the one before it, of %d",
			len(got), len(served.trusted))
	}
}

func FuzzParse(f *testing.F) {
	due := renewal{issuer: newIssuer(testOptions()), now: start}
	m, err := due.apply(material{}, false)
	if err != nil {
		f.Fatal(err)
	}
	data, err := m.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[bundleKey], data[authorityKeyKey], data[servingCertKey], data[servingKeyKey])
	f.Add(data[servingCertKey], data[servingKeyKey], data[servingCertKey], data[servingKeyKey])
	f.Fuzz(func(t *testing.T, bundle, authorityKey, servingCert, servingKey []byte) {
		stored := parse(map[string][]byte{
			bundleKey: bundle, authorityKeyKey: authorityKey, servingCertKey: servingCert, servingKeyKey: servingKey,
		})
		renewed, err := due.apply(stored, true)
		if err != nil {
			t.Fatal(err)
		}
		verifies(t, renewed)
	})
}

// verifies checks that what is served verifies by what is trusted.
func verifies(t *testing.T, m material) {
	t.Helper()
	roots := x509.NewCertPool()
	bundle, err := m.bundle()
	if err != nil {
		t.Fatal(err)
	}
	roots.AppendCertsFromPEM(bundle)
	if _, err := m.serving.Leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: start}); err != nil {
		t.Error(err)
	}
}

func encode(t *testing.T, m material) map[string][]byte {
	t.Helper()
	data, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
