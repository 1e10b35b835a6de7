// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

const etcd = "etcd"

// etcdArgs make an etcd of one member. Its peer port serves nobody, so any will do. It does not sync to disk: what it
// stores needs to survive no power cut.
func (cp *ControlPlane) etcdArgs(clientURL string) []string {
	const peerURL = "http://127.0.0.1:0"
	return []string{
		"--name=member",
		"--data-dir=" + filepath.Join(cp.options.Dir, "etcd"),
		"--listen-client-urls=" + clientURL,
		"--advertise-client-urls=" + clientURL,
		"--listen-peer-urls=" + peerURL,
		"--initial-advertise-peer-urls=" + peerURL,
		"--initial-cluster=member=" + peerURL,
		"--client-cert-auth",
		"--trusted-ca-file=" + pki.CertFile(cp.pkiDir(), etcdCA),
		"--cert-file=" + pki.CertFile(cp.pkiDir(), etcdServer),
		"--key-file=" + pki.KeyFile(cp.pkiDir(), etcdServer),
		"--enable-grpc-gateway=false",
		"--unsafe-no-fsync",
	}
}

// Etcd is where etcd listens, and how the API server logs in there. Nobody else has to.
func (cp *ControlPlane) Etcd() (url string, config *tls.Config, err error) {
	own, err := tls.LoadX509KeyPair(pki.CertFile(cp.pkiDir(), etcdClient), pki.KeyFile(cp.pkiDir(), etcdClient))
	if err != nil {
		return "", nil, err
	}
	authority, err := os.ReadFile(pki.CertFile(cp.pkiDir(), etcdCA))
	if err != nil {
		return "", nil, err
	}
	config = &tls.Config{Certificates: []tls.Certificate{own}, RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(authority)
	return cp.etcdURL, config, nil
}
