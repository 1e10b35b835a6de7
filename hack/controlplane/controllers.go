// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import "github.com/countersign-dev/countersign/hack/controlplane/pki"

const (
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
)

// controllerManagerArgs give every controller the service account of its own that it has on a real cluster. There is
// one controller manager, which need not elect itself, and nobody scrapes its metrics. At its usual 20 calls a second
// it would take five seconds to log in as all its service accounts.
func (cp *ControlPlane) controllerManagerArgs() []string {
	return []string{
		"--kubeconfig=" + kubeconfigFile(cp.options.Dir, controllerManagerUser),
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + pki.KeyFile(cp.pkiDir(), tokenKey),
		"--root-ca-file=" + pki.CertFile(cp.pkiDir(), clusterCA),
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=1000",
		"--kube-api-burst=1000",
	}
}

func (cp *ControlPlane) schedulerArgs() []string {
	return []string{
		"--kubeconfig=" + kubeconfigFile(cp.options.Dir, schedulerUser),
		"--leader-elect=false",
		"--secure-port=0",
	}
}
