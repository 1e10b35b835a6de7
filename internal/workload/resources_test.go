// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

func TestResources(t *testing.T) {
	want := map[v1alpha1.GateType][]string{
		v1alpha1.GateWorkloads: {
			"pods", "podtemplates", "replicationcontrollers", "controllerrevisions.apps", "daemonsets.apps",
			"deployments.apps", "replicasets.apps", "statefulsets.apps", "cronjobs.batch", "jobs.batch",
		},
		v1alpha1.GateConfiguration: {"configmaps", "secrets"},
		v1alpha1.GateRouting: {
			"endpoints", "services", "endpointslices.discovery.k8s.io",
			"backendtlspolicies.gateway.networking.k8s.io", "gateways.gateway.networking.k8s.io",
			"grpcroutes.gateway.networking.k8s.io", "httproutes.gateway.networking.k8s.io",
			"listenersets.gateway.networking.k8s.io", "referencegrants.gateway.networking.k8s.io",
			"tcproutes.gateway.networking.k8s.io", "tlsroutes.gateway.networking.k8s.io",
			"udproutes.gateway.networking.k8s.io", "ingresses.networking.k8s.io",
		},
	}
	got := map[v1alpha1.GateType][]string{}
	for gate := range want {
		for _, resource := range workload.Resources(gate) {
			got[gate] = append(got[gate], resource.String())
			if of, gated := workload.Gate(resource); of != gate || !gated || !workload.Versioned(resource, "v1") {
				t.Errorf("%s is listed under gate %s, and belongs to %q", resource, gate, of)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Resources (-want +got):\n%s", diff)
	}
}

func TestVersioned(t *testing.T) {
	for name, test := range map[string]struct {
		reason            string
		resource, version string
		want              bool
	}{
		"BuiltIn":    {"it has one version", "deployments.apps", "v1", true},
		"Other":      {"there is no other", "services", "v2", false},
		"None":       {"content is written in some version", "httproutes.gateway.networking.k8s.io", "", false},
		"GatewayAPI": {"it is installed in several", "tcproutes.gateway.networking.k8s.io", "v1alpha2", true},
		"Custom":     {"as its CRD says", "rollouts.argoproj.io", "v1alpha1", true},
		"Rule":       {"rules have one version", "promotionpolicies.countersign.dev", "v1alpha1", true},
		"OtherRule":  {"there is no other of theirs", "pipelineroles.countersign.dev", "v1", false},
		"Ungated":    {"it has no content", "limitranges", "v1", false},
	} {
		if got := workload.Versioned(schema.ParseGroupResource(test.resource), test.version); got != test.want {
			t.Errorf("%s: %s: got %t, want %t", name, test.reason, got, test.want)
		}
	}
}

func TestGatedIsExact(t *testing.T) {
	for _, resource := range []schema.GroupResource{
		{Group: "", Resource: "deployments"},
		{Group: "apps", Resource: "deployments/scale"},
		{Group: "", Resource: "limitranges"},
		{Group: "metrics.k8s.io", Resource: "pods"},
		{Group: "k8s.io", Resource: "widgets"},
		{Group: "countersign.dev", Resource: "approvals"},
		{Group: "sub.countersign.dev", Resource: "widgets"},
		{Group: "policy", Resource: "poddisruptionbudgets"},
	} {
		if workload.Gated(resource) {
			t.Errorf("%s is gated", resource)
		}
	}
}

func TestCustom(t *testing.T) {
	for group, want := range map[string]bool{
		"argoproj.io": true, "cluster.x-k8s.io": true, "notcountersign.dev": true,
		"": false, "apps": false, "batch": false, "gateway.networking.k8s.io": false, "countersign.dev": false,
	} {
		if got := workload.Custom(group); got != want {
			t.Errorf("%q is custom: got %t, want %t", group, got, want)
		}
	}
	if gate, _ := workload.Gate(schema.GroupResource{Group: "serving.knative.dev", Resource: "services"}); gate !=
		v1alpha1.GateResource {
		t.Errorf("a Service that is not the built-in one belongs to gate %s", gate)
	}
}
