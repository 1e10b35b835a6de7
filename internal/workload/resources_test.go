// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestResources(t *testing.T) {
	want := []string{
		"/v1, Resource=pods",
		"/v1, Resource=podtemplates",
		"/v1, Resource=replicationcontrollers",
		"apps/v1, Resource=controllerrevisions",
		"apps/v1, Resource=daemonsets",
		"apps/v1, Resource=deployments",
		"apps/v1, Resource=replicasets",
		"apps/v1, Resource=statefulsets",
		"batch/v1, Resource=cronjobs",
		"batch/v1, Resource=jobs",
	}
	var got []string
	for _, resource := range workload.Resources() {
		got = append(got, resource.String())
		if !workload.Gated(resource.GroupResource()) {
			t.Errorf("%s is listed and not gated", resource)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Resources (-want +got):\n%s", diff)
	}
}

func TestGatedIsExact(t *testing.T) {
	for _, resource := range []schema.GroupResource{
		{Group: "", Resource: "deployments"},
		{Group: "apps", Resource: "deployments/scale"},
		{Group: "", Resource: "configmaps"},
	} {
		if workload.Gated(resource) {
			t.Errorf("%s is gated", resource)
		}
	}
}
