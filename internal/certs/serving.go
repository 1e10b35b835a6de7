// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"errors"
	"sync/atomic"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// errNotIssued is what a TLS handshake fails with, and the health check, before there is a certificate.
var errNotIssued = errors.New("no serving certificate has been issued yet")

// Serving is the certificate of this replica's webhook server.
type Serving struct {
	options Options
	// cache reads what Watched says. It is nil before SetupWithManager.
	cache client.Reader
	// served is the material of the last usable Secret, without the authority's key.
	served atomic.Pointer[material]
}

// New is the certificate of a webhook server that does not exist yet. There is none before a manager runs; see
// SetupWithManager.
func New(options Options) (*Serving, error) {
	options, err := options.complete()
	if err != nil {
		return nil, err
	}
	return &Serving{options: options}, nil
}

// ConfigureTLS lets a server serve the certificate that is the current one at each handshake. It is one of the TLSOpts
// of a webhook server.
func (s *Serving) ConfigureTLS(config *tls.Config) {
	config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		served := s.served.Load()
		if served == nil {
			return nil, errNotIssued
		}
		return served.serving, nil
	}
}

// Watched limits the manager's cache to the objects that are watched here, which are all that the operator may watch of
// their kinds.
func (s *Serving) Watched() map[client.Object]cache.ByObject {
	return map[client.Object]cache.ByObject{
		&corev1.Secret{}: {Namespaces: map[string]cache.Config{
			s.options.Namespace: {FieldSelector: named(s.options.Secret)},
		}},
		&admissionregistrationv1.MutatingWebhookConfiguration{}: {Field: named(s.options.MutatingWebhook)},
		&admissionregistrationv1.ValidatingWebhookConfiguration{}: {
			Label: labels.SelectorFromSet(s.options.Labels),
		},
	}
}

func named(name string) fields.Selector {
	return fields.OneTermEqualSelector(metav1.ObjectNameField, name)
}

// serve makes material the one that is served, if any of it can be.
func (s *Serving) serve(m material) bool {
	if m.serving == nil {
		return false
	}
	s.served.Store(&material{trusted: m.trusted, serving: m.serving})
	return true
}

// current is the material that is served. It is empty if there is none.
func (s *Serving) current() material {
	if served := s.served.Load(); served != nil {
		return *served
	}
	return material{}
}
