// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

var (
	deployments = schema.GroupResource{Group: "apps", Resource: "deployments"}
	revisions   = schema.GroupResource{Group: "apps", Resource: "controllerrevisions"}
	cronJobs    = schema.GroupResource{Group: "batch", Resource: "cronjobs"}
	jobs        = schema.GroupResource{Group: "batch", Resource: "jobs"}
	pods        = schema.GroupResource{Resource: "pods"}
	services    = schema.GroupResource{Resource: "services"}
	configMaps  = schema.GroupResource{Resource: "configmaps"}
	secrets     = schema.GroupResource{Resource: "secrets"}
)

// gated are the resources of all gates.
func gated() []schema.GroupResource {
	return slices.Concat(workload.Resources(v1alpha1.GateWorkloads), workload.Resources(v1alpha1.GateConfiguration),
		workload.Resources(v1alpha1.GateRouting))
}

// decode reads YAML as the webhook reads JSON: whole numbers are int64.
func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	json, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatalf("convert to JSON: %v", err)
	}
	var object map[string]any
	if err := utiljson.Unmarshal(json, &object); err != nil {
		t.Fatalf("decode: %v", err)
	}
	return object
}

func read(t testing.TB, path ...string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(text))
}

func content(t testing.TB, resource schema.GroupResource, object map[string]any) map[string]any {
	t.Helper()
	content, err := workload.Content(resource, object)
	if err != nil {
		t.Fatalf("Content: %v", err)
	}
	return content
}

func digest(t testing.TB, resource schema.GroupResource, object map[string]any) v1alpha1.Digest {
	t.Helper()
	id := workload.IdentityOf(resource, "shop", object)
	digest, err := workload.Digest(v1alpha1.OperationApply, id, content(t, resource, object))
	if err != nil {
		t.Fatalf("Digest: %v", err)
	}
	return digest
}
