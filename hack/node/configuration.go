// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"os"
	"strings"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
)

// configure writes what containerd and the kubelet go by.
func (n *Node) configure(context.Context) error {
	if err := process.ChooseAddresses(&n.kubelet); err != nil {
		return err
	}
	if err := n.logIn(); err != nil {
		return err
	}
	for _, dir := range []string{"static", "network", "plugins"} {
		if err := os.Mkdir(n.file(dir), 0o755); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{
		"containerd.toml": containerdConfiguration, "kubelet.yaml": kubeletConfiguration,
		"network/none.conflist": networkConfiguration,
	} {
		if err := os.WriteFile(n.file(name), []byte(n.filled(text)), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(n.file("plugins/none"), []byte(networkPlugin), 0o700)
}

// logIn writes the kubelet's kubeconfig file, and the authority of whoever calls it.
func (n *Node) logIn() error {
	config, err := n.controlPlane.User(User, "system:nodes")
	if err != nil {
		return err
	}
	if err := os.WriteFile(n.file("ca.crt"), config.CAData, 0o600); err != nil {
		return err
	}
	return controlplane.WriteKubeconfig(n.file("kubelet.kubeconfig"), config)
}

func (n *Node) filled(text string) string {
	return strings.NewReplacer("$DIR", n.dir, "$BIN", n.bin, "$PAUSE", n.Registry.Reference(pause),
		"$PORT", process.Port(n.kubelet), "$CGROUP", n.Cgroup(), "$PLATFORM", Platform).Replace(text)
}
