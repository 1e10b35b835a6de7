// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// testSeat: what is reported of the operator's Pods says where the API server finds it, so the kubelet reports it.
func (g guarded) testSeat(t *testing.T) {
	const by = "countersign-operator-namespace"
	const unready = `{"status":{"conditions":[{"type":"Ready","status":"False"}]}}`
	in := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: operatorNamespace, Name: name}
	}
	pod := seatedPod(in("seated"))
	g.create(t, pod)
	admin, kubelet := g.admin(t), g.as(t, "system:node:seat-1", "system:nodes")
	g.grant(t, "pod-reporters", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"pods/status"}, Verbs: []string{"patch"},
	})
	poser, evictor := g.as(t, "mallory", "pod-reporters", "system:nodes"), g.controller(t, "node-controller")
	eventually(t, func(ctx context.Context) string {
		if err := patch(kubelet, pod, "status", `{"status":{"message":"hello"}}`)(ctx); err != nil {
			return "the kubelet to report its Pod: " + err.Error()
		}
		return ""
	})
	tryAll(t, map[string]attempt{
		"Unready": {"the webhook would lose its address", patch(admin, pod, "status", unready), by, "pods/status there"},
		"Over":    {"so it would then", patch(admin, pod, "status", `{"status":{"phase":"Failed"}}`), by, ""},
		"Poser":   {"a kubelet has the name too", patch(poser, pod, "status", unready), by, ""},
		"Label":   {"no Service would select it", patch(admin, pod, "status", statusLabelled), metadataGuard, "its labels"},
		"Deployment": {"its Pods are counted by it", patch(admin, &appsv1.Deployment{ObjectMeta: in(operatorAccount)},
			"status", `{"status":{"observedGeneration":7}}`), metadataGuard, "deployment-controller to write"},
		"Service": {"nobody else looks after it", patch(admin, &corev1.Service{ObjectMeta: in("countersign-webhook-service")},
			"status", `{"status":{"conditions":[{"type":"a","status":"True","reason":"b","message":"",
			"lastTransitionTime":"2026-03-02T12:00:00Z"}]}}`), by, "services/status there"},
		"Budget": {"all could be evicted at once", patch(admin,
			&policyv1.PodDisruptionBudget{ObjectMeta: in(operatorAccount)}, "status",
			`{"status":{"disruptionsAllowed":7}}`), by, "poddisruptionbudgets/status there"},
		"Lease": {"it is the operator's", creating(admin, &coordinationv1.Lease{ObjectMeta: in("another")}), by, ""},

		"Kubelet": {"it knows", patch(kubelet, pod, "status", `{"status":{"message":"again"}}`), "", ""},
		"Node":    {"it is gone with its kubelet", patch(evictor, pod, "status", `{"status":{"reason":"NodeLost"}}`), "", ""},
		"Network": {"its plugin annotates Pods so", patch(admin, pod, "status", statusAnnotated), "", ""},
	})
}

// controller acts as a built-in controller.
func (g guarded) controller(t *testing.T, name string) client.Client {
	t.Helper()
	config, err := g.ServiceAccount(t.Context(), metav1.NamespaceSystem, name)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// seatedPod is one on a node, as Pod Security lets it run beside the operator.
func seatedPod(meta metav1.ObjectMeta) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: meta, Spec: templateOf("seat").Spec}
	pod.Spec.NodeName = "seat-1"
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	pod.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	return pod
}
