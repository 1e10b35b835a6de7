// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"time"
)

const (
	// authorityLifetimes is how many lifetimes of a serving certificate an authority lives. When it is due, a third of
	// that is left, which is more than what it signed last has.
	authorityLifetimes = 4

	// clockSkew is how far the clock of an API server may be behind.
	clockSkew = time.Hour
)

// issuer makes certificates.
type issuer struct {
	dnsNames []string
	ips      []net.IP
	lifetime time.Duration
}

func newIssuer(options Options) issuer {
	return issuer{dnsNames: options.DNSNames, ips: options.IPs, lifetime: options.Lifetime}
}

// authorityLifetime is how long an authority lives.
func (i issuer) authorityLifetime() time.Duration { return authorityLifetimes * i.lifetime }

// authority makes a new authority, which signs itself.
func (i issuer) authority(now time.Time) (*tls.Certificate, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "countersign webhook authority"},
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		NotBefore:             now.Add(-clockSkew),
		NotAfter:              now.Add(i.authorityLifetime()),
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	return sign(template, key, &tls.Certificate{Leaf: template, PrivateKey: key})
}

// serving makes a new certificate for the webhook server.
func (i issuer) serving(authority *tls.Certificate, now time.Time) (*tls.Certificate, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "countersign webhook"},
		DNSNames:    i.dnsNames,
		IPAddresses: i.ips,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore:   now.Add(-clockSkew),
		NotAfter:    now.Add(i.lifetime),
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	return sign(template, key, authority)
}

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	return key, nil
}

func sign(template *x509.Certificate, key *ecdsa.PrivateKey, authority *tls.Certificate) (*tls.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, authority.Leaf, key.Public(), authority.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", template.Subject.CommonName, err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", template.Subject.CommonName, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
