// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/cluster"
	"github.com/countersign-dev/countersign/test/docs"
)

// manifest of one object, in which $NAMES stand for values.
func manifest(t *testing.T, text string, names ...string) *unstructured.Unstructured {
	t.Helper()
	return docs.Objects(t, strings.NewReplacer(names...).Replace(text))[0]
}

// deployment runs an image of the registry, whose program says a word.
func (e environment) deployment(t *testing.T, name, image, word string) *unstructured.Unstructured {
	t.Helper()
	return manifest(t, `apiVersion: apps/v1
kind: Deployment
metadata: {name: $NAME, namespace: $SPACE}
spec:
  selector: {matchLabels: {app: $NAME}}
  template:
    metadata: {labels: {app: $NAME}}
    spec:
      hostNetwork: true
      terminationGracePeriodSeconds: 1
      containers:
      - {name: $NAME, image: $IMAGE, args: [serve, $WORD]}
`, "$NAME", name, "$SPACE", e.name, "$IMAGE", image, "$WORD", word)
}

// pod runs an image by itself, and says a word.
func (e environment) pod(t *testing.T, name, image, word string) *unstructured.Unstructured {
	t.Helper()
	return manifest(t, `apiVersion: v1
kind: Pod
metadata: {name: $NAME, namespace: $SPACE}
spec:
  hostNetwork: true
  terminationGracePeriodSeconds: 1
  containers:
  - {name: $NAME, image: $IMAGE, args: [serve, $WORD]}
`, "$NAME", name, "$SPACE", e.name, "$IMAGE", image, "$WORD", word)
}

// writeStatic writes the manifest of a Pod on the node, for as long as the test lasts.
func writeStatic(t *testing.T, pod *unstructured.Unstructured) {
	t.Helper()
	content, err := pod.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(here.node.StaticPods(), pod.GetNamespace()+"-"+pod.GetName()+".json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	})
}

// onlyPod waits until one Pod of the environment is left, and runs.
func (e environment) onlyPod(t *testing.T) corev1.Pod {
	t.Helper()
	var pods corev1.PodList
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.List(ctx, &pods, client.InNamespace(e.name)); err != nil {
			return err.Error()
		}
		if len(pods.Items) != 1 || pods.Items[0].Status.Phase != corev1.PodRunning {
			return fmt.Sprintf("one Pod in %s, of %d", e.name, len(pods.Items))
		}
		return ""
	})
	return pods.Items[0]
}
