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
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// restart has alice start a Deployment's Pods anew, which takes no approval, and waits until they are there.
func (e environment) restart(t *testing.T, name string) {
	t.Helper()
	c := here.As(t, alice, e.developers())
	deployment := &appsv1.Deployment{}
	key := client.ObjectKey{Namespace: e.name, Name: name}
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, key, deployment); err != nil {
			return err.Error()
		}
		metav1.SetMetaDataAnnotation(&deployment.Spec.Template.ObjectMeta, "kubectl.kubernetes.io/restartedAt",
			time.Now().Format(time.RFC3339))
		if err := c.Update(ctx, deployment); err != nil {
			return err.Error()
		}
		return ""
	})
	awaitRolledOut(t, c, deployment)
}

func awaitRolledOut(t *testing.T, c client.Client, deployment *appsv1.Deployment) {
	t.Helper()
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment); err != nil {
			return err.Error()
		}
		s := deployment.Status
		if s.ObservedGeneration != deployment.Generation || s.UpdatedReplicas != 1 || s.Replicas != 1 ||
			s.AvailableReplicas != 1 {
			return fmt.Sprintf("%s to be rolled out: %+v", deployment.Name, s)
		}
		return ""
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
