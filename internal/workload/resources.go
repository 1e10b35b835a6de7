// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// shape says where an object of one resource keeps what it runs.
type shape struct {
	// fields at the top of the object that are its content.
	fields []string
	// metadata that is content as well.
	metadata []string
	// template is the path of the Pod template in which a restart annotation is no change.
	template []string
	// scalable is whether spec.replicas says how many run, and not what runs.
	scalable bool
	// raw is whether the content is JSON that the API server stores as it came, where null has a meaning of its own.
	raw bool
}

var (
	inSpec      = []string{"spec"}
	podTemplate = []string{"spec", "template"}
	jobTemplate = []string{"spec", "jobTemplate", "spec", "template"}
)

// shapes holds every built-in resource that can make a container run. All of them are at version v1.
var shapes = map[schema.GroupResource]shape{
	{Group: "apps", Resource: "controllerrevisions"}: {fields: []string{"data", "revision"}, raw: true},
	{Group: "apps", Resource: "daemonsets"}:          {fields: inSpec, template: podTemplate},
	{Group: "apps", Resource: "deployments"}:         {fields: inSpec, template: podTemplate, scalable: true},
	{Group: "apps", Resource: "replicasets"}:         {fields: inSpec, template: podTemplate, scalable: true},
	{Group: "apps", Resource: "statefulsets"}:        {fields: inSpec, template: podTemplate, scalable: true},
	{Group: "batch", Resource: "cronjobs"}:           {fields: inSpec, template: jobTemplate},
	jobs:                                             {fields: inSpec, template: podTemplate},
	pods:                                             {fields: inSpec, metadata: []string{"labels", "annotations"}},
	{Resource: "podtemplates"}:                       {fields: []string{"template"}},
	{Resource: "replicationcontrollers"}:             {fields: inSpec, template: podTemplate, scalable: true},
}

var (
	jobs = schema.GroupResource{Group: "batch", Resource: "jobs"}
	pods = schema.GroupResource{Resource: "pods"}
)

// Gated reports whether objects of the resource can make a container run.
func Gated(resource schema.GroupResource) bool {
	_, gated := shapes[resource]
	return gated
}

// Resources returns the gated resources, sorted by group and name, in the version that their content is written in.
func Resources() []schema.GroupVersionResource {
	resources := make([]schema.GroupVersionResource, 0, len(shapes))
	for resource := range shapes {
		resources = append(resources, resource.WithVersion("v1"))
	}
	slices.SortFunc(resources, func(a, b schema.GroupVersionResource) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Resource, b.Resource))
	})
	return resources
}
