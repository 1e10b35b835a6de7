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

// signer is the trusted authority that signed a certificate, or nil.
func (m material) signer(pair *tls.Certificate) *x509.Certificate {
	for _, authority := range m.trusted {
		if signed(authority, pair) {
			return authority
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
	if m.signer(m.serving) == nil {
		m.trusted = append(slices.Clone(m.trusted), served.signer(m.serving))
	}
	return m
}
