// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/webhook"

	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/controller"
)

// webhookService is the Service in front of the webhooks, and certificateSecret where their certificate is kept; see
// config/webhook.
const (
	webhookService    = "countersign-webhook-service"
	certificateSecret = "countersign-webhook-cert"
)

// newServer makes the webhook server, and the certificate that it serves. There is none of our own where somebody else
// issues it into a folder.
func newServer(options Options) (*certs.Serving, webhook.Server, error) {
	host, port, err := options.webhookHostPort()
	if err != nil {
		return nil, nil, err
	}
	server := webhook.Options{Host: host, Port: port, CertDir: options.CertDir, TLSOpts: []func(*tls.Config){
		func(config *tls.Config) { config.MinVersion = tls.VersionTLS13 },
	}}
	if options.ClientCAFile != "" {
		clients, err := certPool(options.ClientCAFile)
		if err != nil {
			return nil, nil, fmt.Errorf("--client-ca-file: %w", err)
		}
		server.TLSOpts = append(server.TLSOpts, func(config *tls.Config) {
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, clients
		})
	}
	if options.CertDir != "" {
		return nil, webhook.NewServer(server), nil
	}
	certificate, err := certs.New(certs.Options{
		Namespace: options.Namespace, Secret: certificateSecret,
		DNSNames:           []string{webhookService + "." + options.Namespace + ".svc"},
		IPs:                addresses(host),
		MutatingWebhook:    "countersign-stamp",
		ValidatingWebhooks: []string{"countersign-gate", controller.GatePolicies}, Labels: controller.ConfigurationLabels,
	})
	if err != nil {
		return nil, nil, err
	}
	server.TLSOpts = append(server.TLSOpts, certificate.ConfigureTLS)
	return certificate, webhook.NewServer(server), nil
}

// certPool reads authorities.
func certPool(file string) (*x509.CertPool, error) {
	content, err := os.ReadFile(file) //nolint:gosec // it is named by whoever runs the operator
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}

// addresses the API server may call by: one that the server is bound to.
func addresses(host string) []net.IP {
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		return []net.IP{ip}
	}
	return nil
}
