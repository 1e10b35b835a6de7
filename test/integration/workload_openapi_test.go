// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// notHashed is every field of a gated object, outside its metadata and status, that may change without a new digest.
var notHashed = map[string][]string{
	"deployments":            {"spec.replicas"},
	"replicasets":            {"spec.replicas"},
	"replicationcontrollers": {"spec.replicas"},
	"statefulsets":           {"spec.replicas"},
	// What the API server allocates.
	"services": {
		"spec.clusterIP", "spec.clusterIPs.0", "spec.healthCheckNodePort", "spec.ports.0.nodePort",
	},
}

// metadataHashed is the metadata of an object that changes its digest, besides name and owners.
var metadataHashed = map[string][]string{
	"pods": {"labels", "annotations"}, "services": {"annotations"}, "ingresses": {"annotations"},
	"endpoints": {"labels"}, "endpointslices": {"labels"},
}

// fewestFields is how many fields a kind has at the least: the walk of a Pod's schema finds about a thousand.
var fewestFields = map[string]int{
	"controllerrevisions": 2, "services": 25, "endpoints": 20, "endpointslices": 25, "ingresses": 20,
}

const fewestFieldsWithPod = 800

// notAnImage are fields that are called images and name none: how to pull, with which secret, and a block device.
var notAnImage = regexp.MustCompile(`\.(imagePullPolicy|imagePullSecrets\..*|rbd\.image|image\.pullPolicy)$`)

// The API server says which fields there are. Each is changed once, so a field that comes with a newer Kubernetes, and
// that this version of Countersign does not know, is tried as well.
func TestEveryFieldOfAWorkloadIsHashed(t *testing.T) {
	config, err := controlPlane(t).Admin()
	if err != nil {
		t.Fatal(err)
	}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range builtIn() {
		t.Run(resource.Resource, func(t *testing.T) {
			object := sample(t, client, resource.WithVersion("v1"))
			hashed := checkFields(t, resource, object)
			fewest, found := fewestFields[resource.Resource]
			if !found {
				fewest = fewestFieldsWithPod
			}
			if hashed < fewest {
				t.Errorf("only %d fields were found, want at least %d", hashed, fewest)
			}
			checkImages(t, resource, object)
		})
	}
}

// builtIn are the gated resources that every API server has.
func builtIn() []schema.GroupResource {
	all := append(workload.Resources(v1alpha1.GateWorkloads), workload.Resources(v1alpha1.GateRouting)...)
	return slices.DeleteFunc(all, func(resource schema.GroupResource) bool {
		return resource.Group == "gateway.networking.k8s.io"
	})
}

// checkFields changes every field and returns how many are part of the digest.
func checkFields(t *testing.T, resource schema.GroupResource, object map[string]any) int {
	t.Helper()
	before, hashed := digestOf(t, resource, object), 0
	for _, field := range fieldsBelow(object, nil) {
		changed := runtime.DeepCopyJSON(object)
		change(changed, field)
		want := isHashed(t, resource, field)
		if got := digestOf(t, resource, changed) != before; got != want {
			t.Errorf("%s changed the digest: %t, want %t", field, got, want)
		}
		if want && hasDigest(resource, leaveOut(object, field), before) {
			t.Errorf("without %s the digest is the same", field)
		}
		if want {
			hashed++
		}
	}
	return hashed
}

func isHashed(t *testing.T, resource schema.GroupResource, path field) bool {
	t.Helper()
	switch path[0] {
	case "apiVersion", "kind", "status":
		return false
	case "metadata":
		return path[1] == "name" || path[1] == "ownerReferences" ||
			slices.Contains(metadataHashed[resource.Resource], fmt.Sprint(path[1]))
	case "spec", "template", "data", "revision", "addressType", "endpoints", "ports", "subsets":
		return !slices.Contains(notHashed[resource.Resource], path.String())
	}
	t.Errorf("%s is at the top of the object: decide whether it is content", path)
	return false
}

// checkImages looks for every field that could be an image among the images of the content.
func checkImages(t *testing.T, resource schema.GroupResource, object map[string]any) {
	t.Helper()
	content, err := workload.Content(resource, object)
	if err != nil {
		t.Fatal(err)
	}
	images, found := workload.Images(content), 0
	for _, path := range fieldsBelow(content, nil) {
		text, isText := valueAt(content, path).(string)
		if !isText || !strings.Contains(strings.ToLower(path.String()), "image") || notAnImage.MatchString(path.String()) {
			continue
		}
		found++
		if !slices.Contains(images, text) {
			t.Errorf("%s is not among the images", path)
		}
	}
	if len(images) != found {
		t.Errorf("%d images, from %d fields", len(images), found)
	}
}

// hasDigest tells whether the object has this digest. What has no name, or lacks what makes it up, has none.
func hasDigest(resource schema.GroupResource, object map[string]any, want v1alpha1.Digest) bool {
	content, err := workload.Content(resource, object)
	if err != nil {
		return false
	}
	got, err := workload.Digest(v1alpha1.OperationApply, workload.IdentityOf(resource, "shop", object), content)
	return err == nil && got == want
}

func digestOf(t *testing.T, resource schema.GroupResource, object map[string]any) v1alpha1.Digest {
	t.Helper()
	content, err := workload.Content(resource, object)
	if err != nil {
		t.Fatal(err)
	}
	id := workload.IdentityOf(resource, "shop", object)
	digest, err := workload.Digest(v1alpha1.OperationApply, id, content)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// sample returns an object of the resource that has every field that the API server knows.
func sample(t *testing.T, client *discovery.DiscoveryClient, resource schema.GroupVersionResource) map[string]any {
	t.Helper()
	path := "/openapi/v3/apis/" + resource.GroupVersion().String()
	if resource.Group == "" {
		path = "/openapi/v3/api/" + resource.Version
	}
	text, err := client.RESTClient().Get().AbsPath(path).Do(t.Context()).Raw()
	if err != nil {
		t.Fatal(err)
	}
	var api document
	if err := json.Unmarshal(text, &api); err != nil {
		t.Fatal(err)
	}
	object, ok := api.fill(api.schemaOf(t, client, resource), "").(map[string]any)
	if !ok {
		t.Fatal("the schema is not that of an object")
	}
	metadata := object["metadata"].(map[string]any)
	metadata["name"], metadata["generateName"] = "web", ""
	return object
}

// document is what is needed of an OpenAPI document.
type document struct {
	Components struct {
		Schemas map[string]*schemaProps `json:"schemas"`
	} `json:"components"`
}

type schemaProps struct {
	Ref                  string                    `json:"$ref"`
	AllOf                []*schemaProps            `json:"allOf"`
	Type                 string                    `json:"type"`
	Properties           map[string]*schemaProps   `json:"properties"`
	AdditionalProperties *schemaProps              `json:"additionalProperties"`
	Items                *schemaProps              `json:"items"`
	Kinds                []schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
}

func (d document) schemaOf(
	t *testing.T, client *discovery.DiscoveryClient, resource schema.GroupVersionResource,
) *schemaProps {
	t.Helper()
	list, err := client.ServerResourcesForGroupVersion(resource.GroupVersion().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, served := range list.APIResources {
		kind := resource.GroupVersion().WithKind(served.Kind)
		for _, props := range d.Components.Schemas {
			if served.Name == resource.Resource && slices.Contains(props.Kinds, kind) {
				return props
			}
		}
	}
	t.Fatalf("the API server has no schema of %s", resource)
	return nil
}

// fill returns a value that has every field of the schema. Every string in it is another one.
func (d document) fill(props *schemaProps, path string) any {
	for len(props.AllOf) == 1 || props.Ref != "" {
		if len(props.AllOf) == 1 {
			props = props.AllOf[0]
		}
		if name, found := strings.CutPrefix(props.Ref, "#/components/schemas/"); found {
			props = d.Components.Schemas[name]
		}
	}
	switch {
	case props.Type == "array":
		return []any{d.fill(props.Items, path+"[]")}
	case len(props.Properties) > 0:
		object := map[string]any{}
		for name, property := range props.Properties {
			object[name] = d.fill(property, path+"."+name)
		}
		return object
	case props.AdditionalProperties != nil:
		return map[string]any{"key": d.fill(props.AdditionalProperties, path+".key")}
	case props.Type == "object":
		return map[string]any{"anything": path}
	case props.Type == "integer":
		return int64(1)
	case props.Type == "boolean":
		return true
	}
	return path
}

// field leads to one value that holds no other: keys of objects and indexes of lists.
type field []any

func (f field) String() string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint([]any(f)), "[]"), " ", ".")
}

func fieldsBelow(value any, at field) []field {
	var found []field
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			found = append(found, fieldsBelow(value[key], append(slices.Clip(at), key))...)
		}
	case []any:
		for i, element := range value {
			found = append(found, fieldsBelow(element, append(slices.Clip(at), i))...)
		}
	default:
		return []field{at}
	}
	return found
}

func valueAt(value any, at field) any {
	for _, step := range at {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

// change changes the value of one field, in place.
func change(object map[string]any, at field) {
	var changed any
	switch value := valueAt(object, at).(type) {
	case int64:
		changed = value + 1
	case bool:
		changed = !value
	default:
		changed = fmt.Sprint(value, "x")
	}
	last := len(at) - 1
	switch holder := valueAt(object, at[:last]).(type) {
	case map[string]any:
		holder[at[last].(string)] = changed
	case []any:
		holder[at[last].(int)] = changed
	}
}

// leaveOut is a copy without one field, or without one element of a list.
func leaveOut(object map[string]any, at field) map[string]any {
	copied := runtime.DeepCopyJSON(object)
	last := len(at) - 1
	switch holder := valueAt(copied, at[:last]).(type) {
	case map[string]any:
		delete(holder, at[last].(string))
	case []any:
		list := valueAt(copied, at[:last-1]).(map[string]any)
		list[at[last-1].(string)] = slices.Delete(holder, at[last].(int), at[last].(int)+1)
	}
	return copied
}
