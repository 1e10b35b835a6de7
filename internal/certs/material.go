// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// Keys of the Secret.
const (
	bundleKey       = "ca.crt"
	authorityKeyKey = "ca.key"
	servingCertKey  = corev1.TLSCertKey
	servingKeyKey   = corev1.TLSPrivateKeyKey
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

// parse reads what a Secret keeps. Whatever cannot be used counts as missing, so that it is replaced.
func parse(data map[string][]byte) material {
	trusted, err := cert.ParseCertsPEM(data[bundleKey])
	if err != nil {
		return material{}
	}
	m := material{trusted: trusted}
	if authority := parsePair(data[bundleKey], data[authorityKeyKey]); authority != nil && authority.Leaf.IsCA {
		m.authority = authority
	}
	if serving := parsePair(data[servingCertKey], data[servingKeyKey]); serving != nil && m.signer(serving) != nil {
		m.serving = serving
	}
	return m
}

func parsePair(certPEM, keyPEM []byte) *tls.Certificate {
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil
	}
	return &pair
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

// encode is the reverse of parse, for material that is whole.
func (m material) encode() (map[string][]byte, error) {
	bundle, err := m.bundle()
	if err != nil {
		return nil, err
	}
	serving, err := cert.EncodeCertificates(m.serving.Leaf)
	if err != nil {
		return nil, fmt.Errorf("encode serving certificate: %w", err)
	}
	servingKey, err := keyutil.MarshalPrivateKeyToPEM(m.serving.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("encode serving key: %w", err)
	}
	authorityKey, err := keyutil.MarshalPrivateKeyToPEM(m.authority.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("encode authority key: %w", err)
	}
	return map[string][]byte{
		bundleKey: bundle, authorityKeyKey: authorityKey, servingCertKey: serving, servingKeyKey: servingKey,
	}, nil
}

// bundle is what a caBundle is to be.
func (m material) bundle() ([]byte, error) {
	bundle, err := cert.EncodeCertificates(m.trusted...)
	if err != nil {
		return nil, fmt.Errorf("encode authorities: %w", err)
	}
	return bundle, nil
}
