// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"path/filepath"
	"testing"
)

// atSocket is a Pod outside environments with the files of its node, which has the container runtime run an image.
const atSocket = `apiVersion: v1
kind: Pod
metadata: {name: at-socket, namespace: sandbox}
spec:
  hostNetwork: true
  restartPolicy: Never
  terminationGracePeriodSeconds: 1
  initContainers:
  - name: pull
    image: $REVIEWED
    command: [/ctr, --address=$SOCKET, --namespace=k8s.io, images, pull, --plain-http, --snapshotter=native, $OTHER]
    volumeMounts: &files [{name: files, mountPath: $FILES}]
  containers:
  - name: run
    image: $REVIEWED
    command: [/ctr, --address=$SOCKET, --namespace=k8s.io, run, --detach, --null-io, --snapshotter=native, --net-host,
      --cgroup=$CGROUP/by-socket, $OTHER, by-socket, /herald, say, by-socket]
    volumeMounts: *files
    securityContext: {privileged: true}
  volumes: [{name: files, hostPath: {path: $FILES}}]
`

// TestRuntimeSocket : who may make Pods where no label enforces Pod Security has the socket of the container runtime,
// and starts containers that are of no Pod.
func TestRuntimeSocket(t *testing.T) {
	t.Parallel()
	here.CreateNamespace(t, "sandbox", "")
	grant(t, mallory, "sandbox", "create", "pods")
	listed(t, mallory, "hosts")
	socket := here.node.Socket()
	create(t, mallory, manifest(t, atSocket, "$REVIEWED", here.reviewed, "$OTHER", here.other, "$SOCKET", socket,
		"$FILES", filepath.Dir(socket), "$CGROUP", here.node.Cgroup()))
	hears(t, other, "by-socket")
}
