// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var errNoAuthority = errors.New("the caBundle holds no certificate")

// Check is a healthz.Checker. It passes while this replica serves a certificate that API servers accept, by what every
// webhook of the configurations says they trust.
func (s *Serving) Check(request *http.Request) error {
	serving := s.current().serving
	if serving == nil {
		return errNotIssued
	}
	for _, configuration := range s.options.configurations() {
		if err := s.cache.Get(request.Context(), client.ObjectKeyFromObject(configuration), configuration); err != nil {
			return fmt.Errorf("read webhook configuration: %w", err)
		}
		if err := s.accepted(serving.Leaf, configuration); err != nil {
			return fmt.Errorf("webhook configuration %s: %w", configuration.GetName(), err)
		}
	}
	return nil
}

func (s *Serving) accepted(leaf *x509.Certificate, configuration client.Object) error {
	for _, config := range clientConfigs(configuration) {
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(config.CABundle) {
			return errNoAuthority
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: s.options.Clock.Now()}); err != nil {
			return fmt.Errorf("verify serving certificate: %w", err)
		}
	}
	return nil
}
