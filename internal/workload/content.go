// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Content returns the gated part of an object: what would run, or where traffic would go. The object is JSON as
// apimachinery decodes it, after defaulting and mutation; it is left as it is, and the content shares nothing with it.
//
// A subresource that carries the whole object, such as pods/ephemeralcontainers, has the content of that object.
func Content(resource schema.GroupResource, object map[string]any) (map[string]any, error) {
	where, gated := shapeOf(resource)
	if !gated {
		return nil, fmt.Errorf("%s belong to no gate", resource)
	}
	content, err := cut(object, where.fields)
	if err != nil {
		return nil, fmt.Errorf("content of %s: %w", resource, err)
	}
	if where.whole {
		where.optional = remaining(object)
	}
	if err := addOptional(content, object, where.optional); err != nil {
		return nil, fmt.Errorf("content of %s: %w", resource, err)
	}
	if err := addMetadata(content, object, where); err != nil {
		return nil, fmt.Errorf("content of %s: %w", resource, err)
	}
	ignore(where, content)
	replaceGenerated(resource, content, object)
	return content, nil
}

// cut returns a copy of the named fields of an object. Without them there is nothing to approve, which is an error.
func cut(object map[string]any, fields []string) (map[string]any, error) {
	content := make(map[string]any, len(fields))
	for _, field := range fields {
		value, found := object[field]
		if !found || value == nil {
			return nil, fmt.Errorf("%s is missing", field)
		}
		kept, err := normalize(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
		content[field] = kept
	}
	return content, nil
}

// addOptional adds a copy of those of the named fields that an object has.
func addOptional(content, object map[string]any, fields []string) error {
	for _, field := range fields {
		if empty(object[field]) {
			continue
		}
		kept, err := normalize(object[field])
		if err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		content[field] = kept
	}
	return nil
}

var owners = []string{"ownerReferences"}

// addMetadata adds what of an object's metadata decides what runs: of every kind the owners, as the garbage collector
// deletes an object whose owners are gone, and of a Pod the labels and annotations. In every other kind that runs
// something these two are part of the template. What routes traffic is told by annotations how to, and annotations of a
// Secret say which service account's token Kubernetes writes into it (see token.go).
func addMetadata(content, object map[string]any, where shape) error {
	metadata := map[string]any{}
	if err := addOptional(metadata, child(object, "metadata"), slices.Concat(where.metadata, owners)); err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	for field, keys := range map[string][]string{"labels": where.labels, "annotations": where.annotations} {
		some := map[string]any{}
		if err := addOptional(some, child(object, "metadata", field), keys); err != nil {
			return fmt.Errorf("metadata.%s: %w", field, err)
		}
		if len(some) > 0 {
			metadata[field] = some
		}
	}
	if len(metadata) > 0 {
		content["metadata"] = metadata
	}
	return nil
}

func empty(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return value == nil
}

// child returns the object at the path, or nil where there is none. It is not a copy.
func child(object map[string]any, path ...string) map[string]any {
	for _, field := range path {
		object, _ = object[field].(map[string]any)
	}
	return object
}
