// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const manifests = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gate}
webhooks:
- name: workloads
  clientConfig: {service: {namespace: n, name: s, path: /gate, port: 443}}
  timeoutSeconds: 5
- name: records
  clientConfig: {service: {namespace: n, name: s, path: /records, port: 443}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: manager}
spec: {replicas: 2}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec: {replicas: 3}
---
apiVersion: v1
kind: Service
metadata: {name: s}
`

const beside = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gate}
webhooks:
- name: workloads
  clientConfig: {url: "https://127.0.0.1:9443/gate"}
  timeoutSeconds: 5
- name: records
  clientConfig: {url: "https://127.0.0.1:9443/records"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: manager}
spec: {replicas: 0}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec: {replicas: 0}
---
apiVersion: v1
kind: Service
metadata: {name: s}
`

func TestBeside(t *testing.T) {
	got, want := decoded(t, manifests), decoded(t, beside)
	if err := Beside(got, "https://127.0.0.1:9443"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Webhooks are called by URL, nothing has Pods, and the rest stays.\n(-want +got):\n%s", diff)
	}
}

func TestSplit(t *testing.T) {
	objects := decoded(t, "kind: Role\n---\nkind: CustomResourceDefinition\n---\nkind: Namespace\n---\nkind: Pod\n")
	first, others := split(objects)
	got := map[string]string{"first": kinds(first), "others": kinds(others)}
	want := map[string]string{"first": "CustomResourceDefinition Namespace", "others": "Role Pod"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("What others need is applied first.\n(-want +got):\n%s", diff)
	}
}

// TestRender: what is installed for tests and the demo is all of config/default.
func TestRender(t *testing.T) {
	objects, err := Render(t.Context(), "config/default")
	if err != nil {
		t.Fatal(err)
	}
	all := kinds(objects)
	for _, kind := range []string{"CustomResourceDefinition", "ValidatingAdmissionPolicy", "Deployment"} {
		if !strings.Contains(all, kind) {
			t.Errorf("config/default has no %s: %s", kind, all)
		}
	}
	if _, err := Render(t.Context(), "config/absent"); err == nil || !strings.Contains(err.Error(), "config/absent") {
		t.Errorf("A directory that cannot be rendered is named: %v", err)
	}
}

func decoded(t *testing.T, manifests string) []*unstructured.Unstructured {
	t.Helper()
	objects, err := decode([]byte(manifests))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func kinds(objects []*unstructured.Unstructured) string {
	var kinds []string
	for _, object := range objects {
		kinds = append(kinds, object.GetKind())
	}
	return strings.Join(kinds, " ")
}
