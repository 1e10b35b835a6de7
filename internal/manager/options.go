// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"flag"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Options of the operator.
type Options struct {
	// WebhookAddress to serve admission reviews at: host:port.
	WebhookAddress string
	// WebhookURL is where API servers call the webhooks, as https://host:port; empty where they do by the Service.
	WebhookURL string
	// HealthAddress to serve probes at; "0" for none.
	HealthAddress string
	// MetricsAddress to serve metrics at, over TLS with authentication; "0" for none.
	MetricsAddress string
	// AuditLogFile gets the audit trail as well as standard output; empty for standard output alone.
	AuditLogFile string
	// CertDir has tls.crt and tls.key where somebody else issues the serving certificate, such as cert-manager. Empty:
	// the operator issues its own.
	CertDir string
	// ClientCAFile has the authorities, as PEM, of which one must have issued the certificate of whoever asks for a
	// review. Empty: everybody who reaches the address may ask.
	ClientCAFile string
	// Namespace the operator runs in: its certificate and lease are kept there.
	Namespace string
	// LeaderElection lets one replica of several write status and grants. All replicas serve the webhooks.
	LeaderElection bool
	// WriteTimeout is how long the API server may take to store a change after it was let in.
	WriteTimeout time.Duration
	// ArgoCD says where Argo CD is, and how to ask its API server.
	ArgoCD ArgoCDOptions
}

// BindFlags adds the options to a flag set, with their defaults.
func (o *Options) BindFlags(flags *flag.FlagSet) {
	flags.StringVar(&o.WebhookAddress, "webhook-bind-address", ":9443", "where to serve admission reviews: host:port")
	flags.StringVar(&o.WebhookURL, "webhook-url", "",
		"where API servers call the webhooks, as https://host:port, if the operator runs beside the cluster; without it "+
			"they do by its Service")
	flags.StringVar(&o.HealthAddress, "health-probe-bind-address", ":8081",
		"where to serve probes: host:port, or 0 for nowhere")
	flags.StringVar(&o.MetricsAddress, "metrics-bind-address", "0",
		"where to serve metrics, over TLS and with authentication: host:port, or 0 for nowhere")
	flags.StringVar(&o.AuditLogFile, "audit-log-file", "",
		"a file that gets the audit trail too; standard output always does")
	flags.StringVar(&o.CertDir, "cert-dir", "",
		"a folder with tls.crt and tls.key for the webhooks, where something else, such as cert-manager, issues them; "+
			"without it the operator issues its own")
	flags.StringVar(&o.ClientCAFile, "client-ca-file", "",
		"authorities, as PEM, that issue client certificates to API servers and to nobody else; with it only who has one "+
			"can ask for a review")
	flags.StringVar(&o.Namespace, "namespace", "countersign-system", "the namespace that the operator runs in")
	flags.BoolVar(&o.LeaderElection, "leader-elect", false, "let one replica of several write status and grants")
	flags.DurationVar(&o.WriteTimeout, "write-timeout", 65*time.Second,
		"how long the API server may take to store a change that was let in: no less than its --request-timeout")
	o.ArgoCD.bindFlags(flags)
}

func (o Options) webhookHostPort() (string, int, error) {
	host, port, err := net.SplitHostPort(o.WebhookAddress)
	if err != nil {
		return "", 0, fmt.Errorf("--webhook-bind-address: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return "", 0, fmt.Errorf("--webhook-bind-address: port %q: %w", port, err)
	}
	return host, number, nil
}
