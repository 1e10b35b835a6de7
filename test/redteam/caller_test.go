// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

// Files in the site's directory by which the API server shows the webhooks who it is.
const (
	callersAuthority = "callers"
	apiServerCaller  = "kube-apiserver"
)

const admissionConfiguration = `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ValidatingAdmissionWebhook
  configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: %[1]s}
- name: MutatingAdmissionWebhook
  configuration: {apiVersion: apiserver.config.k8s.io/v1, kind: WebhookAdmissionConfiguration, kubeConfigFile: %[1]s}
`

const webhookUsers = `apiVersion: v1
kind: Config
users:
- name: "*"
  user: {client-certificate: %s, client-key: %s}
`

// issueCaller issues a certificate by which the webhooks know the API server, from an authority of its own, and returns
// the API server's flag.
func (s *site) issueCaller() (flag string, err error) {
	authority, err := pki.NewAuthority(callersAuthority)
	if err != nil {
		return "", err
	}
	own, err := authority.Pair()
	if err != nil {
		return "", err
	}
	caller, err := authority.Client(apiServerCaller)
	if err != nil {
		return "", err
	}
	configuration, users := filepath.Join(s.dir, "admission.yaml"), filepath.Join(s.dir, "webhooks.kubeconfig")
	for _, write := range []func() error{
		func() error { return own.WriteTo(s.dir, callersAuthority) },
		func() error { return caller.WriteTo(s.dir, apiServerCaller) },
		func() error {
			return os.WriteFile(configuration, fmt.Appendf(nil, admissionConfiguration, users), 0o600)
		},
		func() error {
			return os.WriteFile(users, fmt.Appendf(nil, webhookUsers, pki.CertFile(s.dir, apiServerCaller),
				pki.KeyFile(s.dir, apiServerCaller)), 0o600)
		},
	} {
		if err := write(); err != nil {
			return "", err
		}
	}
	return "--admission-control-config-file=" + configuration, nil
}

// asAPIServer shows the API server's certificate.
func (s *site) asAPIServer() ([]tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(pki.CertFile(s.dir, apiServerCaller), pki.KeyFile(s.dir, apiServerCaller))
	return []tls.Certificate{pair}, err
}
