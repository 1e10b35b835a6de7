// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/cluster"
)

// mounted is a Deployment that runs a program out of a volume.
const mounted = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: $SPACE}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      hostNetwork: true
      terminationGracePeriodSeconds: 1
      containers:
      - name: shop
        image: $IMAGE
        command: [/volume/program, serve, mounted]
        volumeMounts: [{name: volume, mountPath: /volume, readOnly: true}]
      volumes: [{name: volume, hostPath: {path: $VOLUME}}]
`

// installer is a Pod outside environments that puts its own program into a volume.
const installer = `apiVersion: v1
kind: Pod
metadata: {name: $NAME, namespace: volume-writers}
spec:
  hostNetwork: true
  terminationGracePeriodSeconds: 1
  containers:
  - name: installer
    image: $IMAGE
    args: [install, /volume/program]
    volumeMounts: [{name: volume, mountPath: /volume}]
  volumes: [{name: volume, hostPath: {path: $VOLUME}}]
`

// TestVolume : what was approved runs a program out of a volume, and somebody else puts another one there. The image
// stays the one that was approved.
func TestVolume(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "volumes")
	here.CreateNamespace(t, "volume-writers", "")
	grant(t, wendy, "volume-writers", "create", "pods")
	volume := t.TempDir()
	install(t, volume, "at-first", here.reviewed)
	e.deploy(t, manifest(t, mounted, "$SPACE", e.name, "$IMAGE", here.reviewed, "$VOLUME", volume))
	hears(t, reviewed, "mounted")
	install(t, volume, "then", here.other)
	e.restart(t, "shop")
	hears(t, other, "mounted")
	if ran := e.onlyPod(t).Status.ContainerStatuses[0].ImageID; ran != here.reviewed {
		t.Errorf("the Pod says that it is of %s", ran)
	}
}

// install has the program of an image put into a volume.
func install(t *testing.T, volume, name, image string) {
	t.Helper()
	program := filepath.Join(volume, "program")
	before, _ := os.Stat(program) // nil where it is not there yet
	pod := manifest(t, installer, "$NAME", name, "$IMAGE", image, "$VOLUME", volume)
	create(t, wendy, pod)
	cluster.Eventually(t, func(context.Context) string {
		if now, err := os.Stat(program); err != nil || os.SameFile(before, now) {
			return "the program to be installed"
		}
		return ""
	})
	if err := here.Admin(t).Delete(t.Context(), pod, client.GracePeriodSeconds(0)); err != nil {
		t.Fatal(err)
	}
}
