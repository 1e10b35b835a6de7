// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"

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

// parse reads what a Secret keeps. Whatever cannot be used counts as missing, so that it is replaced.
func parse(data map[string][]byte) material {
	trusted, err := cert.ParseCertsPEM(data[bundleKey])
	if err != nil {
		return material{}
	}
	m := material{trusted: trusted}
	authority := parsePair(data[bundleKey], data[authorityKeyKey])
	if authority != nil && signed(authority.Leaf, authority) {
		m.authority = authority
	}
	if serving := parsePair(data[servingCertKey], data[servingKeyKey]); serving != nil && m.trusts(serving) {
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

// encode is the reverse of parse, for material that is whole.
func (m material) encode() (map[string][]byte, error) {
	bundle, err := m.bundle()
	if err != nil {
		return nil, err
	}
	serving, err := encodeCertificates(m.serving.Leaf)
	if err != nil {
		return nil, err
	}
	authorityKey, err := encodeKey(m.authority)
	if err != nil {
		return nil, err
	}
	servingKey, err := encodeKey(m.serving)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		bundleKey: bundle, authorityKeyKey: authorityKey, servingCertKey: serving, servingKeyKey: servingKey,
	}, nil
}

// bundle is what a caBundle is to be.
func (m material) bundle() ([]byte, error) { return encodeCertificates(m.trusted...) }

func encodeCertificates(certificates ...*x509.Certificate) ([]byte, error) {
	encoded, err := cert.EncodeCertificates(certificates...)
	if err != nil {
		return nil, fmt.Errorf("encode certificates: %w", err)
	}
	return encoded, nil
}

func encodeKey(pair *tls.Certificate) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("encode private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: keyutil.PrivateKeyBlockType, Bytes: der}), nil
}
