// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Identity says which object a change is about. Exactly one of Name and GenerateName is set.
type Identity struct {
	Group, Resource, Namespace, Name, GenerateName string
}

// The API server makes a name of at most 58 characters of the prefix and 5 random ones.
const (
	maxGeneratedPrefix = 58
	randomLength       = 5
	randomLetters      = "bcdfghjklmnpqrstvwxz2456789"
)

// IdentityOf returns the identity of an object. Where the API server made the name, or is still to make it, the
// identity is the prefix: the name is another one at every attempt. A name that only claims to be generated counts as
// it is.
func IdentityOf(resource schema.GroupResource, namespace string, object map[string]any) Identity {
	id := Identity{Group: resource.Group, Resource: resource.Resource, Namespace: namespace}
	name, prefix := metadataString(object, "name"), metadataString(object, "generateName")
	if prefix != "" && (name == "" || generatedFrom(prefix, name)) {
		id.GenerateName = prefix
	} else {
		id.Name = name
	}
	return id
}

// generatedFrom reports whether the API server could have made the name from the prefix.
func generatedFrom(prefix, name string) bool {
	suffix, found := strings.CutPrefix(name, prefix[:min(len(prefix), maxGeneratedPrefix)])
	return found && len(suffix) == randomLength && strings.Trim(suffix, randomLetters) == ""
}

func metadataString(object map[string]any, field string) string {
	value, _, err := unstructured.NestedString(object, "metadata", field)
	if err != nil {
		return ""
	}
	return value
}
