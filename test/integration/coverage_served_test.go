// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// endpoint is a resource or subresource that the API server serves.
type endpoint struct {
	// what is the group, a slash, and the resource with its subresource.
	what string
	// version of the group.
	version    string
	namespaced bool
	// operations that admission sees on it.
	operations []string
	// kind of what is sent to it.
	kind schema.GroupVersionKind
}

// servedBy lists all endpoints of the API server in all versions, and what of their kinds can run something.
func servedBy(
	t *testing.T, client *discovery.DiscoveryClient,
) (served []endpoint, runs map[schema.GroupVersionKind]bool) {
	t.Helper()
	_, lists, err := client.ServerGroupsAndResources()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range list.APIResources {
			served = append(served, endpointOf(version, resource))
		}
	}
	return served, kindsThatRun(t, client)
}

func endpointOf(version schema.GroupVersion, resource metav1.APIResource) endpoint {
	kind := version.WithKind(resource.Kind)
	if resource.Version != "" {
		kind = schema.GroupVersionKind{Group: resource.Group, Version: resource.Version, Kind: resource.Kind}
	}
	e := endpoint{
		what: version.Group + "/" + resource.Name, version: version.Version, namespaced: resource.Namespaced, kind: kind,
	}
	for _, verb := range resource.Verbs {
		switch verb {
		case "update", "patch":
			e.operations = append(e.operations, "UPDATE")
		case "delete", "deletecollection":
			e.operations = append(e.operations, "DELETE")
		case "create":
			e.operations = append(e.operations, "CREATE")
		}
	}
	if connects.MatchString(kind.Kind) {
		e.operations = []string{"CONNECT"}
	}
	if makes[e.what] {
		e.operations = append(e.operations, "CREATE")
	}
	slices.Sort(e.operations)
	e.operations = slices.Compact(e.operations)
	return e
}

// makes are the subresources of which API servers make an object that is not there, whatever discovery says.
var makes = map[string]bool{"/services/status": true}

var (
	// connects are the kinds of what is no object, but a connection.
	connects = regexp.MustCompile(`^(Pod|Service|Node)(Exec|Attach|PortForward|Proxy)Options$`)
	// acts are the kinds that do something to what runs without holding it.
	acts = regexp.MustCompile(`^(Scale|Binding|Eviction)$`)
	// runnable are the schemas of what a kubelet starts, and of what may be anything.
	runnable = regexp.MustCompile(`\.(PodSpec|PodTemplateSpec|Container|EphemeralContainer|RawExtension)$`)
)

// kindsThatRun are the kinds whose schema leads to one of those.
func kindsThatRun(t *testing.T, client *discovery.DiscoveryClient) map[schema.GroupVersionKind]bool {
	t.Helper()
	paths, err := client.OpenAPIV3().Paths()
	if err != nil {
		t.Fatal(err)
	}
	runs := map[schema.GroupVersionKind]bool{}
	for _, path := range paths {
		text, err := path.Schema("application/json")
		if err != nil {
			t.Fatal(err)
		}
		var api document
		if err := json.Unmarshal(text, &api); err != nil {
			t.Fatal(err)
		}
		for name, props := range api.Components.Schemas {
			for _, kind := range props.Kinds {
				runs[kind] = runs[kind] || api.leads(name, props, map[string]bool{})
			}
		}
	}
	return runs
}

// leads tells whether a schema is, or holds at any depth, one that runs something.
func (d document) leads(name string, props *schemaProps, seen map[string]bool) bool {
	if props == nil || name != "" && seen[name] {
		return false
	}
	seen[name] = true
	if runnable.MatchString(name) {
		return true
	}
	if to, found := strings.CutPrefix(props.Ref, "#/components/schemas/"); found {
		return d.leads(to, d.Components.Schemas[to], seen)
	}
	below := slices.Concat(props.AllOf, []*schemaProps{props.Items, props.AdditionalProperties})
	for _, property := range props.Properties {
		below = append(below, property)
	}
	return slices.ContainsFunc(below, func(props *schemaProps) bool { return d.leads("", props, seen) })
}
