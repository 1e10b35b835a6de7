// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// identify an object among those of an Application.
func identify(object *unstructured.Unstructured) resource {
	kind := object.GroupVersionKind()
	return resource{Group: kind.Group, Kind: kind.Kind, Namespace: object.GetNamespace(), Name: object.GetName()}
}

// object that is meant, and nothing of what is in it.
func (r resource) object() *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: r.Group, Version: r.Version, Kind: r.Kind})
	object.SetNamespace(r.Namespace)
	object.SetName(r.Name)
	return object
}

// is tells whether it is the object that is meant. One without a namespace is meant in any.
func (r resource) is(object *unstructured.Unstructured) bool {
	id := identify(object)
	return r.Group == id.Group && r.Kind == id.Kind && r.Name == id.Name &&
		(r.Namespace == "" || r.Namespace == id.Namespace)
}

// of tells whether the sync is of the object: of all, or of those that somebody chose.
func (s syncOperation) of(object *unstructured.Unstructured) bool {
	return len(s.Resources) == 0 || slices.ContainsFunc(s.Resources, func(r resource) bool { return r.is(object) })
}
