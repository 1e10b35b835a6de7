// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
)

// TestMadeBySubresource: who writes the subresource of what is not there is told so, but for those that we know of.
func TestMadeBySubresource(t *testing.T) {
	client := discovering(t)
	served, _ := servedBy(t, client)
	asked := 0
	for _, e := range served {
		if strings.Count(e.what, "/") < 2 || !slices.Contains(e.operations, "UPDATE") {
			continue
		}
		asked++
		if err := writeAnew(t, client, e); apierrors.IsNotFound(err) == makes[e.what] {
			t.Errorf("%s of what is not there: %v; written down that it makes one: %t", e.what, err, makes[e.what])
		}
	}
	if asked < 30 {
		t.Errorf("only %d subresources were found that can be written", asked)
	}
}

// writeAnew writes next to nothing into a subresource of an object that is not there.
func writeAnew(t *testing.T, client *discovery.DiscoveryClient, e endpoint) error {
	t.Helper()
	group, resource, _ := strings.Cut(e.what, "/")
	resource, sub, _ := strings.Cut(resource, "/")
	path := []string{"/api", e.version}
	if group != "" {
		path = []string{"/apis", group, e.version}
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(e.kind)
	object.SetName("made")
	if e.namespaced {
		path = append(path, "namespaces", "default")
		object.SetNamespace("default")
	}
	body, err := object.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return client.RESTClient().Put().AbsPath(append(path, resource, "made", sub)...).Param("dryRun", "All").
		SetHeader("Content-Type", "application/json").Body(body).Do(t.Context()).Error()
}
