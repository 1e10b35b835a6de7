// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"
)

// renewal replaces what is due.
type renewal struct {
	issuer issuer
	// hosts are what the serving certificate must be good for.
	hosts []string
	now   time.Time
}

// apply replaces what is due in material. A new authority signs only what could not be served anyway, until it has
// settled: every API server trusts it.
func (r renewal) apply(m material, settled bool) (material, error) {
	m.trusted = slices.DeleteFunc(slices.Clone(m.trusted), r.expired)
	if m.authority == nil || r.due(m.authority.Leaf, r.issuer.authorityLifetime()) {
		authority, err := r.issuer.authority(r.now)
		if err != nil {
			return m, err
		}
		m.authority, m.trusted = authority, slices.Insert(m.trusted, 0, authority.Leaf)
		settled = false
	}
	if r.usable(m.serving) && !(settled && r.outdated(m)) {
		return m, nil
	}
	var err error
	m.serving, err = r.issuer.serving(m.authority, r.now)
	return m, err
}

// usable says whether API servers that trust its authority accept a serving certificate.
func (r renewal) usable(serving *tls.Certificate) bool {
	return serving != nil && r.valid(serving.Leaf) && !slices.ContainsFunc(r.hosts, func(host string) bool {
		return serving.Leaf.VerifyHostname(host) != nil
	})
}

// outdated says whether the serving certificate is due, or an earlier authority's.
func (r renewal) outdated(m material) bool {
	return r.due(m.serving.Leaf, r.issuer.lifetime) || !signed(m.authority.Leaf, m.serving)
}

// due says whether no more than a third of a certificate's life is left.
func (r renewal) due(certificate *x509.Certificate, lifetime time.Duration) bool {
	return !r.valid(certificate) || certificate.NotAfter.Sub(r.now) <= lifetime/3
}

func (r renewal) valid(certificate *x509.Certificate) bool {
	return !r.now.Before(certificate.NotBefore) && !r.expired(certificate)
}

func (r renewal) expired(certificate *x509.Certificate) bool {
	return r.now.After(certificate.NotAfter)
}
