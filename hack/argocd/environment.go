// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"os"
	"strings"
)

// environment of a program of Argo CD outside of a cluster. What it would find in its image, such as Helm and Kustomize,
// it finds in directories of its own and among the project's programs, and nothing of whoever runs it.
func (a *ArgoCD) environment(name string) []string {
	return []string{
		"ARGOCD_BINARY_NAME=" + name,
		"REDIS_PASSWORD=" + a.redisPassword,
		"PATH=" + strings.Join([]string{a.file("bin"), a.bin, os.Getenv("PATH")}, string(os.PathListSeparator)),
		"HOME=" + a.options.Dir,
		"TMPDIR=" + a.file("tmp"),
		"ARGOCD_APP_CONF_PATH=" + a.options.Dir,
		"ARGOCD_TLS_DATA_PATH=" + a.file("tls"),
		"ARGOCD_SSH_DATA_PATH=" + a.file("ssh"),
		"ARGOCD_GPG_DATA_PATH=" + a.file(keysDirectory),
		"ARGOCD_GNUPGHOME=" + a.file(keyring),
		"ARGOCD_GPG_ENABLED=true",
		// The cluster it runs in, https://kubernetes.default.svc, is that of its kubeconfig.
		"ARGOCD_FAKE_IN_CLUSTER=true",
		"KUBECONFIG=" + a.kubeconfigFile(name),
	}
}
