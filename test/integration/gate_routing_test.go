// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// routing has a policy gate traffic as well.
func routing(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateRouting}}
}

// TestRouting: whatever says where traffic goes, a cluster administrator too needs another person to bring it in, to
// change it and to delete it; tries of the same change, dry-runs among them, are one request, though the API server
// allocates other addresses and ports each time; and what came in is seen to be in.
func TestRouting(t *testing.T) {
	t.Parallel()
	awaitRoutes(t)
	s := newShop(t, routing)
	for name, kind := range s.routes() {
		t.Run(name, func(t *testing.T) {
			c, said := warned(t, "admin", "system:masters")
			first := s.turnedAway(t, making(c, kind.build))
			if again := s.turnedAway(t, making(c, kind.build)); again.UID != first.UID {
				t.Errorf("a second try is another request: %s, then %s", first.Name, again.Name)
			}
			goesThrough(t, "a dry-run", making(client.NewDryRunClient(c), kind.build))
			if !said.contains("digest " + string(first.Spec.Change.Digest)) {
				t.Errorf("the dry-run has another digest than %s: %s", first.Spec.Change.Digest, said)
			}
			s.approve(t, first, bob)
			stored := kind.build()
			goesThrough(t, "bob approved", func(ctx context.Context) error { return c.Create(ctx, stored) })
			entered := s.await(t, first.Name, v1alpha1.ReasonEntered)
			if got := entered.Status.Entry.ObjectUID; got != string(stored.GetUID()) {
				t.Errorf("the entry is of the object with UID %s, want %s", got, stored.GetUID())
			}
			s.bringIn(t, changing(c, stored, kind.second))
			s.awaitEnded(t, first.Name)
			goesThrough(t, "it was there before", changing(c, stored, kind.first))
			s.bringIn(t, func(ctx context.Context) error { return client.IgnoreNotFound(c.Delete(ctx, stored)) })
		})
	}
}

// awaitEnded waits until other content is seen to have taken the place of a request's.
func (s shop) awaitEnded(t *testing.T, name string) {
	t.Helper()
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Name == name && r.Status.Entry != nil && r.Status.Entry.EndTime != nil
	})
}

func (s shop) routes() map[string]workloadKind {
	annotated := func(o client.Object, second bool) {
		o.SetAnnotations(either(second, nil, map[string]string{"example.com/redirect": "elsewhere"}))
	}
	return map[string]workloadKind{
		"Service": kindOf(s.service("service"), func(o *corev1.Service, second bool) {
			o.Spec.Selector = either(second, map[string]string{"app": "a"}, map[string]string{"app": "b"})
		}),
		"AnnotatedService": kindOf(s.service("annotated"), func(o *corev1.Service, second bool) { annotated(o, second) }),
		"NodePort": kindOf(s.service("nodeport"), func(o *corev1.Service, second bool) {
			o.Spec.Type = either(second, corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort)
		}),
		"LoadBalancer": kindOf(s.loadBalancer(), func(o *corev1.Service, second bool) {
			o.Spec.LoadBalancerSourceRanges = either(second, nil, []string{"192.0.2.0/24"})
		}),
		"Headless": kindOf(s.headless(), func(o *corev1.Service, second bool) {
			o.Spec.PublishNotReadyAddresses = second
		}),
		"ExternalName": kindOf(s.externalName(), func(o *corev1.Service, second bool) {
			o.Spec.ExternalName = either(second, "a.example.com", "b.example.com")
		}),
		"Ingress": kindOf(s.ingress("ingress"), func(o *networkingv1.Ingress, second bool) {
			o.Spec.DefaultBackend.Service.Name = either(second, "a", "b")
		}),
		"AnnotatedIngress": kindOf(s.ingress("redirect"), func(o *networkingv1.Ingress, second bool) {
			annotated(o, second)
		}),
		"EndpointSlice": kindOf(s.slice("slice"), func(o *discoveryv1.EndpointSlice, second bool) {
			o.Endpoints[0].Addresses[0] = either(second, "192.0.2.1", "192.0.2.2")
		}),
		"MovedSlice": kindOf(s.slice("moved"), func(o *discoveryv1.EndpointSlice, second bool) {
			o.Labels[discoveryv1.LabelServiceName] = either(second, "a", "b")
		}),
		"Endpoints": kindOf(s.endpoints(), func(o *corev1.Endpoints, second bool) { //nolint:staticcheck // still served
			o.Subsets[0].Addresses[0].IP = either(second, "192.0.2.1", "192.0.2.2")
		}),
		"HTTPRoute": kindOf(s.httpRoute(), func(o *unstructured.Unstructured, second bool) {
			o.Object["spec"] = map[string]any{"hostnames": []any{either(second, "a.example.com", "b.example.com")}}
		}),
		"ReferenceGrant": kindOf(s.referenceGrant(), func(o *unstructured.Unstructured, second bool) {
			o.Object["spec"] = map[string]any{"from": []any{map[string]any{"namespace": either(second, "a", "b")}}}
		}),
	}
}

func (s shop) service(name string) *corev1.Service {
	return &corev1.Service{ObjectMeta: s.meta(name, ""), Spec: corev1.ServiceSpec{
		Selector: map[string]string{"app": "a"}, Ports: []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromInt32(8080)}},
	}}
}

// loadBalancer has a port for health checks allocated too.
func (s shop) loadBalancer() *corev1.Service {
	service := s.service("loadbalancer")
	service.Spec.Type, service.Spec.ExternalTrafficPolicy = corev1.ServiceTypeLoadBalancer, "Local"
	return service
}

func (s shop) headless() *corev1.Service {
	service := s.service("headless")
	service.Spec.ClusterIP = corev1.ClusterIPNone
	return service
}

func (s shop) externalName() *corev1.Service {
	return &corev1.Service{ObjectMeta: s.meta("external", ""), Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeExternalName, ExternalName: "a.example.com",
	}}
}

func (s shop) ingress(name string) *networkingv1.Ingress {
	return &networkingv1.Ingress{ObjectMeta: s.meta(name, ""), Spec: networkingv1.IngressSpec{
		DefaultBackend: &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
			Name: "a", Port: networkingv1.ServiceBackendPort{Number: 80},
		}},
	}}
}

func (s shop) slice(name string) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: s.meta(name, ""), AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}},
	}
	slice.Labels = map[string]string{discoveryv1.LabelServiceName: "a"}
	return slice
}

func (s shop) endpoints() *corev1.Endpoints { //nolint:staticcheck // still served
	endpoints := &corev1.Endpoints{ObjectMeta: s.meta("endpoints", "")} //nolint:staticcheck // still served
	endpoints.Subsets = []corev1.EndpointSubset{{                       //nolint:staticcheck // still served
		Addresses: []corev1.EndpointAddress{{IP: "192.0.2.1"}},
		Ports:     []corev1.EndpointPort{{Port: 80}},
	}}
	return endpoints
}

func (s shop) httpRoute() *unstructured.Unstructured {
	return s.ofGatewayAPI("HTTPRoute", map[string]any{"hostnames": []any{"a.example.com"}})
}

func (s shop) referenceGrant() *unstructured.Unstructured {
	return s.ofGatewayAPI("ReferenceGrant", map[string]any{"from": []any{map[string]any{"namespace": "a"}}})
}

func (s shop) ofGatewayAPI(kind string, spec map[string]any) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	object.SetAPIVersion("gateway.networking.k8s.io/v1")
	object.SetKind(kind)
	object.SetNamespace(s.namespace)
	object.SetName(strings.ToLower(kind))
	return object
}

// awaitRoutes installs a part of the Gateway API.
func awaitRoutes(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"HTTPRoute", "ReferenceGrant"} {
		installGatewayAPI(t, kind)
	}
}

func installGatewayAPI(t *testing.T, kind string) {
	t.Helper()
	singular := strings.ToLower(kind)
	crd := crdNamed(singular + "s.gateway.networking.k8s.io")
	crd.SetAnnotations(map[string]string{"api-approved.kubernetes.io": "unapproved, for a test"})
	crd.Object["spec"] = map[string]any{
		"group": "gateway.networking.k8s.io", "scope": "Namespaced",
		"names": map[string]any{"kind": kind, "plural": singular + "s", "singular": singular},
		"versions": []any{map[string]any{
			"name": "v1", "served": true, "storage": true,
			"schema": map[string]any{"openAPIV3Schema": map[string]any{
				"type": "object", "x-kubernetes-preserve-unknown-fields": true,
			}},
		}},
	}
	if err := admin(t).Create(t.Context(), crd); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) string {
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion("gateway.networking.k8s.io/v1")
		list.SetKind(kind + "List")
		if err := admin(t).List(ctx, list, client.InNamespace("default")); err != nil {
			return kind + "s to be served: " + err.Error()
		}
		return ""
	})
}

// TestRoutingFree: what changes no traffic passes, and the built-in controllers keep endpoints and clean up.
func TestRoutingFree(t *testing.T) {
	t.Parallel()
	s := newShop(t, routing)
	c := admin(t)
	s.bringIn(t, making(c, func() client.Object { return s.deployment("checkout") }))
	service := s.service("checkout")
	service.Spec.Selector = map[string]string{"app": "checkout"}
	s.bringIn(t, making(c, func() client.Object { return clone(service) }))
	s.awaitEndpoints(t, "checkout", 1)
	before := len(s.requests(t))
	goesThrough(t, "a label", merging(c, service, map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"team": "a"}, "finalizers": []string{}},
	}))
	goesThrough(t, "what kubectl keeps for itself", merging(c, service, map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{
			"kubectl.kubernetes.io/last-applied-configuration": "{}",
		}},
	}))
	goesThrough(t, "a load balancer says where it is", func(ctx context.Context) error {
		stored := latest(t, s.service("checkout"))
		stored.Status.Conditions = []metav1.Condition{{
			Type: "Provisioned", Status: "True", Reason: "Test", LastTransitionTime: metav1.Now(),
		}}
		return c.Status().Update(ctx, stored)
	})
	if after := len(s.requests(t)); after != before {
		t.Errorf("%d requests were opened for what is free", after-before)
	}
	s.bringIn(t, func(ctx context.Context) error { return client.IgnoreNotFound(c.Delete(ctx, service)) })
	awaitGone(t, &corev1.Endpoints{ObjectMeta: s.meta("checkout", "")}) //nolint:staticcheck // still kept
}

// awaitEndpoints waits until a Service has so many endpoints, which its controllers make.
func (s shop) awaitEndpoints(t *testing.T, service string, want int) {
	t.Helper()
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		var slices discoveryv1.EndpointSliceList
		err := c.List(ctx, &slices, client.InNamespace(s.namespace),
			client.MatchingLabels{discoveryv1.LabelServiceName: service})
		if err != nil {
			return err.Error()
		}
		for _, slice := range slices.Items {
			if len(slice.Endpoints) == want {
				return ""
			}
		}
		return "endpoints of " + service
	})
}

// TestNodePort: another port in the place of an allocated one is a change, though which one is allocated is none.
func TestNodePort(t *testing.T) {
	t.Parallel()
	s := newShop(t, routing)
	c := admin(t)
	service := s.service("checkout")
	service.Spec.Type = corev1.ServiceTypeNodePort
	made := s.bringIn(t, making(c, func() client.Object { return clone(service) }))
	port := latest(t, service).Spec.Ports[0].NodePort
	other := port + 1
	if other > 32767 {
		other = port - 1
	}
	moved := changing(c, service, func(o *corev1.Service) { o.Spec.Ports[0].NodePort = other })
	request := s.bringIn(t, moved)
	if request.Spec.Change.Digest == made.Spec.Change.Digest {
		t.Error("another port has the digest of the first")
	}
	if raw := string(request.Spec.Change.Content.Raw); !strings.Contains(raw, fmt.Sprint(other)) {
		t.Errorf("the request does not say which port: %s", raw)
	}
	goesThrough(t, "nothing changes", moved)
}

// TestRoutingUngated: where nobody gates traffic nobody is asked, requests for it are refused, and who deploys cannot
// write it.
func TestRoutingUngated(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	c, said := warned(t, "admin", "system:masters")
	goesThrough(t, "nobody gates it", making(c, func() client.Object { return s.service("checkout") }))
	goesThrough(t, "a dry-run neither", making(client.NewDryRunClient(c), func() client.Object { return s.service("b") }))
	if text := said.String(); text != "" {
		t.Errorf("somebody was asked: %s", text)
	}
	if requests := s.requests(t); len(requests) > 0 {
		t.Errorf("requests were opened: %s", describe(requests))
	}
	request := s.askingFor(t, s.service("other"), schema.GroupResource{Resource: "services"})
	err := s.developer(t).Create(t.Context(), request)
	denied(t, err, "no policy gates services")
	if !apierrors.HasStatusCause(err, v1alpha1.CauseUngated) {
		t.Errorf("the refusal does not say that no request is needed: %v", err)
	}
	err = s.developer(t).Create(t.Context(), s.service("mine"))
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "cannot create resource") {
		t.Errorf("a developer may write what nobody gates: %v", err)
	}
}

// TestRoutingSelected: in a namespace that no policy selects traffic is free, though its environment is asked about.
// Who deploys gets no right to it there.
func TestRoutingSelected(t *testing.T) {
	t.Parallel()
	s := newShop(t, routing, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.NamespaceSelector = &metav1.LabelSelector{
			MatchLabels: map[string]string{corev1.LabelMetadataName: string(policy.Spec.Environment)},
		}
	})
	other := s
	other.namespace += "-other"
	namespace(t, other.namespace, string(s.environment))
	c := admin(t)
	service := other.service("checkout")
	goesThrough(t, "no policy selects it", making(c, func() client.Object { return service }))
	goesThrough(t, "and it may be deleted", deleting(c, service))
	if requests := other.requests(t); len(requests) > 0 {
		t.Errorf("requests were opened: %s", describe(requests))
	}
	awaitEvent(t, "the gate was asked and let it in", func(e audit.Event) bool {
		return e.Namespace == other.namespace && e.Object.Resource == "services" && e.Rule == string(promotion.RuleUngated)
	})
	other.refusedForGood(t, making(c, func() client.Object { return other.deployment("checkout") }), "gate Workloads")
	s.turnedAway(t, making(c, func() client.Object { return s.service("checkout") }))
	s.awaitRouting(t, true)
	eventually(t, func(ctx context.Context) string {
		for suffix, want := range map[string]bool{"deploy": true, "deploy-routing": false} {
			key := client.ObjectKey{Namespace: other.namespace, Name: "countersign:" + s.developers + ":" + suffix}
			if err := c.Get(ctx, key, &rbacv1.RoleBinding{}); (err == nil) != want {
				return "the grants of " + key.String()
			}
		}
		return ""
	})
}

// TestRoutingAsked: who asks first is told which objects need it, and what they ask for is what gets in.
func TestRoutingAsked(t *testing.T) {
	t.Parallel()
	const service = `
apiVersion: v1
kind: Service
metadata: {name: checkout}
spec: {type: NodePort, selector: {app: checkout}, ports: [{port: 80}]}
`
	file := write(t, "service.yaml", service)
	open := newShop(t)
	open.terminalOf(t, "admin", "system:masters").countersign(t, "request", "-f", file).says(t, 0,
		"Not gated, needs no approval: services/checkout")
	t.Run("Gated", func(t *testing.T) {
		s := newShop(t, routing)
		alices := s.terminalOf(t, alice, s.developers)
		name := alices.countersign(t, "request", "-f", file).says(t, 0, "services/checkout: opened request").request(t)
		s.terminalOf(t, bob, s.managers).countersign(t, "approve", name, "--yes").says(t, 0, "What would be there:")
		alices.kubectl(t, "apply", "-f", file).says(t, 0, "service/checkout created")
		s.await(t, name, v1alpha1.ReasonEntered)
		alices.kubectl(t, "apply", "-f", file).says(t, 0, "service/checkout unchanged")
	})
}
