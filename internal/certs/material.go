// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
)

// material is what the Secret keeps.
type material struct {
	// trusted are the authorities that API servers are to trust, the newest first.
	trusted []*x509.Certificate
	// authority signs. It is the first of trusted, with its key.
	authority *tls.Certificate
	// serving is what replicas serve. One of trusted signed it.
	serving *tls.Certificate
}

// trusts says whether one of the trusted authorities signed a certificate.
func (m material) trusts(pair *tls.Certificate) bool { return len(m.lineage(pair)) > 0 }

// lineage is the trusted authority that signed a certificate, and the one before it, which another replica may still
// need that is late with the certificate.
func (m material) lineage(pair *tls.Certificate) []*x509.Certificate {
	for i := range m.trusted {
		if signed(m.trusted[i], pair) {
			return m.trusted[i:min(i+2, len(m.trusted))]
		}
	}
	return nil
}

func signed(authority *x509.Certificate, pair *tls.Certificate) bool {
	return pair.Leaf.CheckSignatureFrom(authority) == nil
}

// or fills in what a replica still serves where nothing else can be served, so that a lost or damaged Secret fails no
// calls.
func (m material) or(served material) material {
	if m.serving != nil || served.serving == nil {
		return m
	}
	m.serving = served.serving
	if !m.trusts(m.serving) {
		m.trusted = append(slices.Clone(m.trusted), served.lineage(m.serving)...)
	}
	return m
}
