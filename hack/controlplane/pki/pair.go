// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package pki

import (
	"crypto"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// Pair is a certificate and its private key, in PEM.
type Pair struct {
	Cert, Key []byte
}

func newPair(raw []byte, key crypto.Signer) (*Pair, error) {
	keyPEM, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: cert.CertificateBlockType, Bytes: raw})
	return &Pair{Cert: certPEM, Key: keyPEM}, nil
}

// NewKey makes a private key that signs something other than certificates, and keeps it in a directory.
func NewKey(dir, name string) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	keyPEM, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return fmt.Errorf("encode key: %w", err)
	}
	return os.WriteFile(KeyFile(dir, name), keyPEM, 0o600)
}

// WriteTo keeps the pair in a directory.
func (p *Pair) WriteTo(dir, name string) error {
	if err := os.WriteFile(CertFile(dir, name), p.Cert, 0o600); err != nil {
		return err
	}
	return os.WriteFile(KeyFile(dir, name), p.Key, 0o600)
}

// CertFile is where the certificate of a name is kept in a directory.
func CertFile(dir, name string) string { return filepath.Join(dir, name+".crt") }

// KeyFile is where the private key of a name is kept in a directory.
func KeyFile(dir, name string) string { return filepath.Join(dir, name+".key") }
