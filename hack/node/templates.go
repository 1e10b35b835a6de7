// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

// containerdConfiguration keeps what containers are given within what root of a container may give: it may not spare
// them when memory is short, mount overlays on overlays, or load profiles into the kernel, which would stay there.
const containerdConfiguration = `version = 3
root = "$DIR/containerd/root"
state = "$DIR/containerd/state"
[grpc]
  address = "$DIR/containerd.sock"
[plugins.'io.containerd.internal.v1.opt']
  path = "$DIR/containerd/opt"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "native"
[[plugins.'io.containerd.transfer.v1.local'.unpack_config]]
  platform = "$PLATFORM"
  snapshotter = "native"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "$PAUSE"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = "$BIN/runc"
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["$DIR/plugins"]
  conf_dir = "$DIR/network"
  use_internal_loopback = true
`

// kubeletConfiguration is that of any cluster where it says who may call. Others use this machine too, which may have
// either version of cgroups: it reserves and evicts nothing, and leaves kernel and firewall as they are.
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
resolvConf: ""
protectKernelDefaults: true
makeIPTablesUtilChains: false
failCgroupV1: false
failSwapOn: false
cgroupRoot: /$CGROUP
cgroupsPerQOS: true
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
