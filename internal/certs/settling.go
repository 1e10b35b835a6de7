// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"

	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// settling tells when every API server trusts an authority: some time after all webhook configurations carry it. A
// leader that has just started takes that time again.
type settling struct {
	// authority is what all configurations carry, since the given time. It is nil where they carry no common one.
	authority *x509.Certificate
	since     time.Time
}

// observe is told what there is now.
func (s *settling) observe(authority *tls.Certificate, configurations []client.Object, now time.Time) {
	if authority == nil || !carry(configurations, authority.Leaf) {
		*s = settling{}
		return
	}
	if !authority.Leaf.Equal(s.authority) {
		*s = settling{authority: authority.Leaf, since: now}
	}
}

// settled says whether the authority has been carried for long enough.
func (s *settling) settled(enough time.Duration, now time.Time) bool {
	return s.authority != nil && now.Sub(s.since) >= enough
}

// carry says whether every webhook has an authority in its caBundle.
func carry(configurations []client.Object, authority *x509.Certificate) bool {
	for _, configuration := range configurations {
		for _, config := range clientConfigs(configuration) {
			bundle, err := cert.ParseCertsPEM(config.CABundle)
			if err != nil || !slices.ContainsFunc(bundle, authority.Equal) {
				return false
			}
		}
	}
	return true
}
