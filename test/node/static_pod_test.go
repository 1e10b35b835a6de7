// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/node"
	"github.com/countersign-dev/countersign/test/cluster"
)

// TestStaticPod : whoever can write files on a node runs what they like. Where the ledger denies the mirror Pod, it is
// not among the Pods; the API server's audit log has the kubelet's try.
func TestStaticPod(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "static")
	pod := e.pod(t, "unasked", here.other, "static")
	writeStatic(t, pod)
	hears(t, other, "static")
	cluster.Eventually(t, func(context.Context) string {
		for _, event := range here.Audited(t) {
			if triedMirror(event, e.name) && strings.Contains(event.Annotations[failures], `"countersign-pod-images"`) {
				return ""
			}
		}
		return "the API server's audit log to have the mirror Pod that was refused"
	})
	var pods corev1.PodList
	if err := here.Admin(t).List(t.Context(), &pods, client.InNamespace(e.name)); err != nil || len(pods.Items) > 0 {
		t.Errorf("%d Pods are there: %v", len(pods.Items), err)
	}
}

// failures is the annotation in which the API server says what its policies have against a write.
const failures = "validation.policy.admission.k8s.io/validation_failure"

// triedMirror tells whether the kubelet made a Pod in a namespace in vain.
func triedMirror(event auditv1.Event, namespace string) bool {
	return event.User.Username == node.User && event.Verb == "create" && event.ObjectRef.Resource == "pods" &&
		event.ObjectRef.Namespace == namespace && event.ResponseStatus.Code == http.StatusForbidden
}

// TestStaticPodOutside : where nothing denies the mirror Pod, it is there, and says what it is.
func TestStaticPodOutside(t *testing.T) {
	t.Parallel()
	here.CreateNamespace(t, "outside", "")
	writeStatic(t, environment{"outside"}.pod(t, "unasked", here.other, "outside"))
	hears(t, other, "outside")
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		var mirror corev1.Pod
		key := client.ObjectKey{Namespace: "outside", Name: "unasked-" + node.Name}
		if err := c.Get(ctx, key, &mirror); err != nil {
			return err.Error()
		}
		if mirror.Annotations[corev1.MirrorPodAnnotationKey] == "" {
			return "the mirror Pod to say that it is one"
		}
		return ""
	})
}
