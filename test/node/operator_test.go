// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/node"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/test/cluster"
)

// release is what the operator's image is published as.
const release = "countersign:latest"

// TestOperatorTag : whoever may push under the tag that the operator's Deployment names is the operator from its next
// Pod on, and nobody is asked. Where it is deployed by its digest, they are not.
func TestOperatorTag(t *testing.T) {
	t.Parallel()
	installer := logInInstaller(t)
	allowHostNetwork(t, installer)
	published := publish(t, reviewed)
	runOperator(t, installer, here.node.Registry.Reference(release), "by-tag")
	hears(t, reviewed, "by-tag")
	pushed := publish(t, other)
	replaceOperator(t, installer)
	hears(t, other, "by-tag")
	if says, want := operatorPod(t).Status.ContainerStatuses[0].ImageID, byDigest(pushed); says != want {
		t.Errorf("its Pod says that it is of %s, and should say %s", says, want)
	}

	runOperator(t, installer, byDigest(published), "by-digest")
	hears(t, reviewed, "by-digest")
	publish(t, other)
	replaceOperator(t, installer)
	if says, want := operatorPod(t).Status.ContainerStatuses[0].ImageID, byDigest(published); says != want {
		t.Errorf("its Pod says that it is of %s, and should say %s", says, want)
	}
	if heard(other, "by-digest") {
		t.Error("what was pushed under the tag ran")
	}
}

// publish pushes an image under the tag, and returns its digest.
func publish(t *testing.T, build string) string {
	t.Helper()
	digest, err := here.node.Registry.Push(t.Context(), node.Image{Name: release, Build: build})
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func byDigest(digest string) string { return here.node.Registry.Reference("countersign@" + digest) }

// asOperator changes the Deployment as it is installed to what runs here: one Pod of an image, whose program says a
// word.
const asOperator = `{"spec": {"replicas": 1, "strategy": {"$retainKeys": ["type"], "type": "Recreate"},
	"template": {"spec": {"hostNetwork": true, "terminationGracePeriodSeconds": 1, "securityContext": {"runAsUser": 65532},
	"containers": [{"name": "manager", "image": %q, "command": ["/herald"], "args": ["serve", %q],
	"livenessProbe": null, "readinessProbe": null}]}}}}`

// runOperator runs the operator's Deployment with an image.
func runOperator(t *testing.T, installer client.Client, image, word string) {
	t.Helper()
	patch := client.RawPatch(types.StrategicMergePatchType, fmt.Appendf(nil, asOperator, image, word))
	if err := installer.Patch(t.Context(), operatorDeployment(), patch); err != nil {
		t.Fatal(err)
	}
}

// allowHostNetwork lets the operator's Pods have the node's network: the other carries nothing here.
func allowHostNetwork(t *testing.T, installer client.Client) {
	t.Helper()
	namespace := &corev1.Namespace{}
	namespace.Name = operatorNamespace
	patch := `{"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}`
	if err := installer.Patch(t.Context(), namespace, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

func operatorDeployment() *appsv1.Deployment {
	deployment := &appsv1.Deployment{}
	deployment.Namespace, deployment.Name = operatorNamespace, "countersign-controller-manager"
	return deployment
}

const operatorNamespace = "countersign-system"

// operatorPod waits until one Pod of the operator is left, and runs.
func operatorPod(t *testing.T) corev1.Pod {
	t.Helper()
	return environment{operatorNamespace}.onlyPod(t)
}

// replaceOperator deletes its Pod, as whoever drains a node does.
func replaceOperator(t *testing.T, installer client.Client) {
	t.Helper()
	pod := operatorPod(t)
	if err := installer.Delete(t.Context(), &pod); err != nil {
		t.Fatal(err)
	}
	cluster.Eventually(t, func(ctx context.Context) string {
		err := installer.Get(ctx, client.ObjectKeyFromObject(&pod), &pod)
		if !apierrors.IsNotFound(err) {
			return fmt.Sprintf("Pod %s to be gone: %v", pod.Name, err)
		}
		return ""
	})
}

func logInInstaller(t *testing.T) client.Client {
	t.Helper()
	config, err := operator.Installer(here.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}
	return cluster.Client(t, config)
}
