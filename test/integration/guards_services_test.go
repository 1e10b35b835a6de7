// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// testLoadBalancers: cloud providers keep Services by finalizers, and write these through the status.
func (g guarded) testLoadBalancers(t *testing.T) {
	g.namespace(t, "balanced", "balanced")
	cloud, system := g.providerIn(t, "cloud"), g.providerIn(t, "kube-system")
	g.grant(t, "gke", servicePatcher)
	gke := g.as(t, "system:controller:glbc", "gke")
	in := metav1.ObjectMeta{Namespace: "balanced", Name: "web"}
	service := &corev1.Service{ObjectMeta: in, Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeLoadBalancer, Ports: []corev1.ServicePort{{Port: 80}},
	}}
	g.create(t, service)
	for _, c := range []client.Client{cloud, system, gke} {
		eventually(t, func(ctx context.Context) string {
			if err := g.patchedService(c, in, balanced)(ctx); err != nil {
				return "the right to patch it: " + err.Error()
			}
			return ""
		})
	}
	tryAll(t, map[string]attempt{
		"Cleaned": {"it goes when the load balancer has", g.patchedService(cloud, in, func(s *corev1.Service) {
			s.Finalizers = slices.DeleteFunc(s.Finalizers, func(by string) bool { return by == cleanup })
			s.Status.LoadBalancer.Ingress = nil
		}), "", ""},
		"Own":   {"anybody could keep it", g.patchedService(cloud, in, keptBy("a.b/c")), metadataGuard, "its finalizers"},
		"Order": {"anybody could give it", g.patchedService(cloud, in, orderedBy("a.b/c")), metadataGuard, "its annotations"},
		"Label": {"kube-proxy would leave it", g.patchedService(gke, in, func(s *corev1.Service) {
			s.Labels = map[string]string{"service.kubernetes.io/service-proxy-name": "mine"}
		}), metadataGuard, "its labels"},

		"GKEKeeps":    {"it has its own", g.patchedService(gke, in, keptBy("gke.networking.io/l4-ilb-v2")), "", ""},
		"GKEReports":  {"it writes them so", g.patchedService(gke, in, orderedBy("cloud.google.com/neg-status")), "", ""},
		"SystemKeeps": {"so may others", g.patchedService(system, in, keptBy("example.com/system")), "", ""},
	})
}

// cleanup is the finalizer that Kubernetes has for it.
const cleanup = "service.kubernetes.io/load-balancer-cleanup"

var servicePatcher = rbacv1.PolicyRule{
	APIGroups: []string{""}, Resources: []string{"services/status"}, Verbs: []string{"patch"},
}

// providerIn is a cloud provider's controller with a service account in a namespace.
func (g guarded) providerIn(t *testing.T, namespace string) client.Client {
	t.Helper()
	const name = "cloud-controller-manager"
	if namespace != metav1.NamespaceSystem {
		g.namespace(t, namespace, "")
	}
	g.create(t, accountIn(namespace, name, false))
	g.grant(t, "system:serviceaccounts:"+namespace, servicePatcher)
	config, err := g.ServiceAccount(t.Context(), namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// patchedService is what PatchService of k8s.io/cloud-provider does: it merges all that differs but the spec into the
// status.
func (g guarded) patchedService(
	c client.Client, of metav1.ObjectMeta, edit func(*corev1.Service),
) func(context.Context) error {
	return func(ctx context.Context) error {
		config, err := g.Admin()
		if err != nil {
			return err
		}
		reader, err := client.New(config, client.Options{})
		if err != nil {
			return err
		}
		service := &corev1.Service{ObjectMeta: of}
		if err := reader.Get(ctx, client.ObjectKeyFromObject(service), service); err != nil {
			return err
		}
		old := service.DeepCopy()
		edit(service)
		return c.Status().Patch(ctx, service, client.StrategicMergeFrom(old))
	}
}

// balanced is what a cloud provider makes of a Service with a load balancer.
func balanced(s *corev1.Service) {
	s.Finalizers = []string{cleanup}
	s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "192.0.2.1"}}
}

func keptBy(by string) func(*corev1.Service) {
	return func(s *corev1.Service) { s.Finalizers = append(s.Finalizers, by) }
}

func orderedBy(by string) func(*corev1.Service) {
	return func(s *corev1.Service) {
		s.Annotations = maps.Clone(s.Annotations)
		metav1.SetMetaDataAnnotation(&s.ObjectMeta, by, "1")
	}
}
