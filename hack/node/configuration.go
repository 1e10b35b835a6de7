// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/countersign-dev/countersign/hack/controlplane"
)

// configure writes what containerd and the kubelet go by.
func (n *Node) configure(context.Context) (err error) {
	if n.port, err = freePort(); err != nil {
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
		"network/none.conflist": networkConfiguration, "plugins/none": networkPlugin,
	} {
		if err := os.WriteFile(n.file(name), []byte(n.filled(text)), 0o700); err != nil {
			return err
		}
	}
	return nil
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
		"$PORT", fmt.Sprint(n.port), "$GROUP", n.ControlGroup()).Replace(text)
}

// containerdConfiguration lets containers be killed as soon as this process is: to spare them takes a capability that a
// machine may not have.
const containerdConfiguration = `version = 3
root = "$DIR/containerd/root"
state = "$DIR/containerd/state"
[grpc]
  address = "$DIR/containerd.sock"
[plugins.'io.containerd.internal.v1.opt']
  path = "$DIR/containerd/opt"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "$PAUSE"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = "$BIN/runc"
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["$DIR/plugins"]
  conf_dir = "$DIR/network"
  use_internal_loopback = true
`

// kubeletConfiguration is that of any cluster where it says who may call. It takes machines with either version of
// control groups, and reserves and evicts nothing: others use this machine too.
const kubeletConfiguration = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $DIR/ca.crt}
authorization: {mode: Webhook}
address: 127.0.0.1
port: $PORT
healthzPort: 0
containerRuntimeEndpoint: unix://$DIR/containerd.sock
staticPodPath: $DIR/static
fileCheckFrequency: 1s
syncFrequency: 1s
nodeStatusUpdateFrequency: 1s
nodeStatusReportFrequency: 1s
podLogsDir: $DIR/logs
volumePluginDir: $DIR/volume-plugins
failCgroupV1: false
failSwapOn: false
cgroupRoot: /$GROUP
cgroupsPerQOS: false
enforceNodeAllocatable: []
evictionHard:
  {memory.available: 1Mi, nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%, imagefs.inodesFree: 0%}
`

// networkConfiguration gives Pods a network that carries nothing: the plugin says that they have an address, and does
// nothing for it.
const networkConfiguration = `{"cniVersion": "1.0.0", "name": "none", "plugins": [{"type": "none"}]}
`

const networkPlugin = `#!/bin/sh
[ "$CNI_COMMAND" != ADD ] ||
  echo '{"cniVersion": "1.0.0", "interfaces": [{"name": "eth0", "sandbox": "'"$CNI_NETNS"'"}],
  "ips": [{"address": "192.0.2.1/32", "interface": 0}]}'
`

// freePort of loopback, which nobody uses now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port, listener.Close()
}
