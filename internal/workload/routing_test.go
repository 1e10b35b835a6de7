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

func TestRoutingContent(t *testing.T) {
	cases := map[string]struct {
		reason, resource string
		object, want     string
	}{
		"Service": {
			reason:   "what the API server allocates is told, not which; its status and other metadata are no content",
			resource: "services",
			object: `
metadata: {name: web, labels: {team: a}, resourceVersion: "7", finalizers: [a/b]}
spec:
  type: LoadBalancer
  selector: {app: web}
  clusterIP: 10.0.0.7
  clusterIPs: [10.0.0.7, "fd00::7"]
  ipFamilies: [IPv4, IPv6]
  healthCheckNodePort: 31000
  externalIPs: [192.0.2.1]
  ports: [{port: 80, targetPort: http, nodePort: 30001}, {port: 81}]
status: {loadBalancer: {ingress: [{ip: 192.0.2.9}]}}`,
			want: `
spec:
  type: LoadBalancer
  selector: {app: web}
  clusterIP: (allocated)
  clusterIPs: [(allocated), (allocated)]
  ipFamilies: [IPv4, IPv6]
  healthCheckNodePort: (allocated)
  externalIPs: [192.0.2.1]
  ports: [{port: 80, targetPort: http, nodePort: (allocated)}, {port: 81}]`,
		},
		"Headless": {
			reason:   "that it has no address decides what its name resolves to",
			resource: "services",
			object:   `spec: {clusterIP: None, clusterIPs: [None]}`,
			want:     `spec: {clusterIP: None, clusterIPs: [None]}`,
		},
		"ServiceMetadata": {
			reason:   "annotations give orders, one label takes it from kube-proxy, and owners may have it deleted",
			resource: "services",
			object: `
metadata:
  annotations: {example.com/internal: "true", kubectl.kubernetes.io/last-applied-configuration: "{}"}
  labels: {team: a, service.kubernetes.io/service-proxy-name: other}
  ownerReferences: [{name: a, uid: b}]
spec: {}`,
			want: `
metadata:
  annotations: {example.com/internal: "true"}
  labels: {service.kubernetes.io/service-proxy-name: other}
  ownerReferences: [{name: a, uid: b}]
spec: {}`,
		},
		"Ingress": {
			reason:   "what kubectl keeps for itself is nobody's order",
			resource: "ingresses.networking.k8s.io",
			object: `
metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}
spec: {rules: [{host: a.example.com}]}
status: {loadBalancer: {}}`,
			want: `spec: {rules: [{host: a.example.com}]}`,
		},
		"Route": {
			reason:   "a field that nobody knows here counts",
			resource: "httproutes.gateway.networking.k8s.io",
			object:   `{metadata: {annotations: {a: b}}, spec: {parentRefs: [{name: edge}], new: 1.0}, status: {parents: []}}`,
			want:     `{metadata: {annotations: {a: b}}, spec: {parentRefs: [{name: edge}], new: 1}}`,
		},
		"Slice": {
			reason:   "a label says which Service it is of; annotations say when it changed",
			resource: "endpointslices.discovery.k8s.io",
			object: `
metadata: {labels: {kubernetes.io/service-name: web}, annotations: {a: b}, generation: 3}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1]}]
ports: null`,
			want: `
metadata: {labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1]}]`,
		},
		"NoEndpoints": {
			reason: "to have none is a content too", resource: "endpoints", object: `metadata: {name: web}`, want: `{}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := content(t, schema.ParseGroupResource(tc.resource), decode(t, tc.object))
			if diff := cmp.Diff(decode(t, tc.want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReplacing(t *testing.T) {
	const stored = `spec: {clusterIP: 10.0.0.7, ports: [{port: 80, nodePort: 30001}]}`
	cases := map[string]struct {
		reason, stored, object, want string
	}{
		"New": {
			"nobody knows whether it was chosen", "", stored,
			`spec: {clusterIP: (allocated), ports: [{port: 80, nodePort: (allocated)}]}`,
		},
		"Same": {
			"nothing changes", stored, stored,
			`spec: {clusterIP: (allocated), ports: [{port: 80, nodePort: (allocated)}]}`,
		},
		"AnotherPort": {
			"somebody chose it", stored, `spec: {clusterIP: 10.0.0.7, ports: [{port: 80, nodePort: 30002}]}`,
			`spec: {clusterIP: 10.0.0.7, ports: [{port: 80, nodePort: 30002}]}`,
		},
		"MoreThanThat": {
			"it is another content anyway", stored, `spec: {clusterIP: 10.0.0.7, ports: [{port: 81, nodePort: 30002}]}`,
			`spec: {clusterIP: (allocated), ports: [{port: 81, nodePort: (allocated)}]}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var before map[string]any
			if tc.stored != "" {
				before = decode(t, tc.stored)
			}
			object := decode(t, tc.object)
			got, err := workload.Replacing(services, object, before)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decode(t, tc.want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			contents, err := workload.Contents(services, object)
			if err != nil {
				t.Fatal(err)
			}
			if !isAmong(got, contents) {
				t.Errorf("once stored it is not known again: %v is not among %v", got, contents)
			}
		})
	}
}

func isAmong(content map[string]any, all []map[string]any) bool {
	for _, other := range all {
		if cmp.Equal(content, other) {
			return true
		}
	}
	return false
}

func TestRevision(t *testing.T) {
	for name, test := range map[string]struct {
		reason   string
		resource schema.GroupResource
		version  string
		want     int64
	}{
		"Workload": {"its generation", deployments, "12", 3},
		"Rule": {
			"its generation, as its status is written meanwhile",
			schema.GroupResource{Group: v1alpha1.GroupName, Resource: "promotionpolicies"}, "12", 3,
		},
		"Service":  {"it has no generation", services, "12", 12},
		"NoNumber": {"there is no telling", services, "a1", 0},
	} {
		if got := workload.Revision(test.resource, 3, test.version); got != test.want {
			t.Errorf("%s: %s: got %d, want %d", name, test.reason, got, test.want)
		}
	}
}

// TestKeepsGeneration: of what runs, where nothing else tells two states apart.
func TestKeepsGeneration(t *testing.T) {
	const web = `{metadata: {name: web, generation: 2}, spec: {replicas: 1}}`
	for name, test := range map[string]struct {
		reason         string
		resource       schema.GroupResource
		object, stored string
		want           bool
	}{
		"Owners": {"they are metadata", deployments,
			`{metadata: {generation: 2, ownerReferences: [{name: a}]}, spec: {replicas: 1}}`, web, true},
		"Spelling": {"the API server takes it for the same", deployments,
			`{metadata: {generation: 2, ownerReferences: [{name: a}]}, spec: {memory: 1Gi}}`, web, true},
		"Spec":    {"a generation tells", deployments, `{metadata: {generation: 3}, spec: {replicas: 2}}`, web, false},
		"New":     {"nothing is there", deployments, `{metadata: {}}`, "", false},
		"None":    {"it has none that would tell", pods, `{metadata: {labels: {a: c}}}`, `{metadata: {}}`, true},
		"Service": {"it goes by its resource version", services, `{metadata: {generation: 2}}`, web, false},
	} {
		var stored map[string]any
		if test.stored != "" {
			stored = decode(t, test.stored)
		}
		if got := workload.KeepsGeneration(test.resource, decode(t, test.object), stored); got != test.want {
			t.Errorf("%s: %s: %t", name, test.reason, got)
		}
	}
}
