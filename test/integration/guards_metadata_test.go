// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const metadataGuard = "countersign-status"

// What somebody writes beside a status.
const (
	statusAnnotated = `{"metadata":{"annotations":{"example.com/order":"1"}}}`
	statusLabelled  = `{"metadata":{"labels":{"example.com/order":"1"}}}`
)

// testStatusMetadata: in environments a status is no way to write metadata, except for those who are known to.
func (g guarded) testStatusMetadata(t *testing.T) {
	g.namespace(t, "described", "described")
	g.namespace(t, "described-outside", "")
	admin := g.admin(t)
	in := metav1.ObjectMeta{Namespace: "described", Name: "one"}
	served := &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
		Name: "one", Port: networkingv1.ServiceBackendPort{Number: 80},
	}}
	ingress := &networkingv1.Ingress{ObjectMeta: in, Spec: networkingv1.IngressSpec{DefaultBackend: served}}
	outside := ingress.DeepCopy()
	outside.Namespace = "described-outside"
	pod, job, claim := &corev1.Pod{ObjectMeta: in, Spec: templateOf("one").Spec}, jobIn("one"), claimOf(in)
	job.Namespace = in.Namespace
	g.create(t, ingress, outside, pod, job, claim)
	tryAll(t, map[string]attempt{
		"Order": {"proxies take orders by annotations", patch(admin, ingress, "status", statusAnnotated), metadataGuard,
			"no way to change its annotations"},
		"Label": {"a Service would select it", patch(admin, pod, "status", statusLabelled), metadataGuard, "its labels"},
		"Both": {"each is named", patch(admin, ingress, "status", `{"metadata":{"labels":{"a":"b"},"finalizers":["a.b/c"]}}`),
			metadataGuard, "its labels and finalizers"},
		"Workload": {"its controller writes there", patch(admin, job, "status", statusAnnotated), metadataGuard,
			"job-controller to write"},
		"Namespace": {"so do those of who looks after it", patch(admin, namespaceIn("described", ""), "status",
			statusAnnotated), metadataGuard, "its annotations"},

		"Network":    {"its plugin annotates Pods so", patch(admin, pod, "status", statusAnnotated), "", ""},
		"Resizer":    {"and resizers claims", patch(admin, claim, "status", statusAnnotated), "", ""},
		"Outside":    {"no gate is asked there", patch(admin, outside, "status", statusAnnotated), "", ""},
		"BreakGlass": {"somebody must be able to", patch(g.glass(t), ingress, "status", statusLabelled), "", ""},
	})
}

// testStatusOfMetalLB: it says through the status from which pool an address is, and gives nobody any orders there.
func (g guarded) testStatusOfMetalLB(t *testing.T) {
	g.namespace(t, "pooled", "pooled")
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "pooled", Name: "one"}}
	service.Annotations = map[string]string{
		"metallb.universe.tf/ip-allocated-from-pool": "a", "metallb.universe.tf/address-pool": "a", "example.com/order": "0",
	}
	service.Spec.Ports = []corev1.ServicePort{{Port: 80}}
	g.create(t, service)
	c := g.as(t, "system:serviceaccount:metallb-system:controller", administrators)
	annotated := func(annotations string) func(context.Context) error {
		return patch(c, service, "status", `{"metadata":{"annotations":{`+annotations+`}}}`)
	}
	tryAll(t, map[string]attempt{
		"Pool":    {"it notes which one it was", annotated(`"metallb.io/ip-allocated-from-pool":"a"`), "", ""},
		"OldPool": {"it notes it elsewhere now", annotated(`"metallb.universe.tf/ip-allocated-from-pool":null`), "", ""},
		"OldOrder": {
			"another address is for people to ask for", annotated(`"metallb.universe.tf/address-pool":null`),
			metadataGuard, "its annotations",
		},
		"Order": {"that is for people", annotated(`"metallb.io/address-pool":"b"`), metadataGuard, "its annotations"},
		"Other": {"so is another's", annotated(`"example.com/order":"1"`), metadataGuard, "its annotations"},
		"Gone":  {"or that it is none", annotated(`"example.com/order":null`), metadataGuard, "its annotations"},
	})
}

func (g guarded) glass(t *testing.T) client.Client {
	return g.as(t, "admin", administrators, breakGlassGroup)
}

func claimOf(in metav1.ObjectMeta) *corev1.PersistentVolumeClaim {
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: in}
	claim.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
	claim.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	return claim
}

// testNamespaceFinalizers: what is in a namespace goes with it, so nobody takes that away from it first.
func (g guarded) testNamespaceFinalizers(t *testing.T) {
	g.grant(t, "finalizers", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"namespaces", "namespaces/finalize"},
		Verbs: []string{"create", "update"},
	})
	g.namespace(t, "emptied", "emptied")
	g.namespace(t, "emptied-outside", "")
	editor := g.as(t, "editor", "finalizers")
	g.awaitGrant(t, editor, namespaceIn("probe", ""))
	system := namespaceIn(operatorNamespace, "")
	if err := g.admin(t).Get(t.Context(), client.ObjectKeyFromObject(system), system); err != nil {
		t.Fatal(err)
	}
	const says = "for the namespace-controller to take away"
	tryAll(t, map[string]attempt{
		"Environment": {"records would outlive it", g.finalize(t, "finalizers", namespaceIn("emptied", "emptied")),
			metadataGuard, says},
		"Operator": {"the keys would", g.finalize(t, "finalizers", system), metadataGuard, says},
		"Outside":  {"no gate is asked there", g.finalize(t, "finalizers", namespaceIn("emptied-outside", "")), "", ""},
	})
}
