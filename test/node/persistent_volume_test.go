// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/test/cluster"
)

// confinedPod is as Pod Security Standard "restricted" wants it.
const confinedPod = `apiVersion: v1
kind: Pod
metadata: {name: $NAME, namespace: confined}
spec:
  terminationGracePeriodSeconds: 1
  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: writer
    image: $IMAGE
    args: [install, /volume/program]
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    volumeMounts: [{name: volume, mountPath: /volume}]
  volumes: [{name: volume, $VOLUME}]
`

const nodeVolume = `apiVersion: v1
kind: PersistentVolume
metadata: {name: files-of-a-node}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  claimRef: {namespace: confined, name: files}
  hostPath: {path: $DIR}
`

const nodeClaim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files, namespace: confined}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: files-of-a-node,
  resources: {requests: {storage: 1Gi}}}
`

// TestPersistentVolume : Pod Security keeps a Pod from the files of its node, and not from a PersistentVolume of them.
func TestPersistentVolume(t *testing.T) {
	t.Parallel()
	here.Create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "confined", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}})
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	by := func(name, volume string) error {
		pod := manifest(t, confinedPod, "$NAME", name, "$IMAGE", here.other, "$VOLUME", volume)
		return here.As(t, mallory).Create(t.Context(), pod)
	}
	grant(t, mallory, "confined", "create", "pods")
	grant(t, mallory, "confined", "create", "persistentvolumeclaims")
	grant(t, mallory, "", "create", "persistentvolumes")
	listed(t, mallory, "volumes")
	refused(t, by("by-path", "hostPath: {path: "+dir+"}"), "PodSecurity")
	create(t, mallory, manifest(t, nodeVolume, "$DIR", dir))
	create(t, mallory, manifest(t, nodeClaim))
	if err := by("by-claim", "persistentVolumeClaim: {claimName: files}"); err != nil {
		t.Fatal(err)
	}
	cluster.Eventually(t, func(context.Context) string {
		if _, err := os.Stat(filepath.Join(dir, "program")); err != nil {
			return "the Pod to have written to its node: " + err.Error()
		}
		return ""
	})
}
