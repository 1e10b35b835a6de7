// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// WriteKubeconfig writes a kubeconfig file that holds one login and needs no other file.
func WriteKubeconfig(file string, config *rest.Config) error {
	const name = "countersign"
	kubeconfig := clientcmdapi.NewConfig()
	kubeconfig.Clusters[name] = &clientcmdapi.Cluster{
		Server: config.Host, CertificateAuthorityData: config.CAData,
	}
	kubeconfig.AuthInfos[name] = &clientcmdapi.AuthInfo{
		ClientCertificateData: config.CertData, ClientKeyData: config.KeyData, Token: config.BearerToken,
	}
	kubeconfig.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	kubeconfig.CurrentContext = name
	return clientcmd.WriteToFile(*kubeconfig, file)
}

// writeLogin writes the kubeconfig file of a user of the control plane itself.
func (cp *ControlPlane) writeLogin(user string, groups ...string) error {
	config, err := cp.User(user, groups...)
	if err != nil {
		return fmt.Errorf("log in %s: %w", user, err)
	}
	return WriteKubeconfig(kubeconfigFile(cp.options.Dir, user), config)
}

func kubeconfigFile(dir, user string) string {
	return filepath.Join(dir, strings.TrimPrefix(user, "system:")+".kubeconfig")
}
