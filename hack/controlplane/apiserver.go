// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

const apiServer = "kube-apiserver"

// apiServerArgs leave everything at its default that a cluster made by kubeadm leaves there. The endpoints of service
// "kubernetes" are not kept, since they may not be loopback addresses.
func (cp *ControlPlane) apiServerArgs(etcdURL, port string) []string {
	keys := cp.pkiDir()
	return append(cp.auditArgs(),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--secure-port="+port,
		"--endpoint-reconciler-type=none",
		"--etcd-servers="+etcdURL,
		"--etcd-cafile="+pki.CertFile(keys, etcdCA),
		"--etcd-certfile="+pki.CertFile(keys, etcdClient),
		"--etcd-keyfile="+pki.KeyFile(keys, etcdClient),
		"--tls-cert-file="+pki.CertFile(keys, apiServer),
		"--tls-private-key-file="+pki.KeyFile(keys, apiServer),
		"--client-ca-file="+pki.CertFile(keys, clusterCA),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+pki.KeyFile(keys, tokenKey),
		"--service-account-signing-key-file="+pki.KeyFile(keys, tokenKey),
		"--service-cluster-ip-range=10.96.0.0/16",
		"--allow-privileged=true",
	)
}

// auditPolicy records who did what, without bodies, which may hold secrets; but for what is asked about somebody's
// rights: a kubelet asks that about whoever calls it.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Request
  resources: [{group: authorization.k8s.io, resources: [subjectaccessreviews]}]
- level: Metadata
`

// AuditLogFile is the API server's audit log, where Options asked for one.
func (cp *ControlPlane) AuditLogFile() string { return filepath.Join(cp.options.Dir, "audit.jsonl") }

func (cp *ControlPlane) auditPolicyFile() string {
	return filepath.Join(cp.options.Dir, "audit-policy.yaml")
}

func (cp *ControlPlane) auditArgs() []string {
	if !cp.options.AuditLog {
		return nil
	}
	return []string{"--audit-log-path=" + cp.AuditLogFile(), "--audit-policy-file=" + cp.auditPolicyFile()}
}

func (cp *ControlPlane) writeAuditPolicy() error {
	return os.WriteFile(cp.auditPolicyFile(), []byte(auditPolicy), 0o600)
}
