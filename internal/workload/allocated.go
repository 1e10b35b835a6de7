// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// allocated stands for an address or port of a Service that the API server allocates: another one at every attempt.
// Whether there is one counts, and so does None.
const allocated = "(allocated)"

// headless is the clusterIP of a Service that has none.
const headless = "None"

// replaceAllocated replaces what the API server allocates to a Service.
func replaceAllocated(spec map[string]any) {
	replaceAddress(spec, "clusterIP")
	if addresses, ok := spec["clusterIPs"].([]any); ok {
		for i, address := range addresses {
			if address != headless {
				addresses[i] = allocated
			}
		}
	}
	replacePort(spec, "healthCheckNodePort")
	for _, port := range children(spec, "ports") {
		replacePort(port, "nodePort")
	}
}

func replaceAddress(spec map[string]any, field string) {
	if address, _ := spec[field].(string); address != "" && address != headless {
		spec[field] = allocated
	}
}

func replacePort(holder map[string]any, field string) {
	if port, _ := holder[field].(int64); port != 0 {
		holder[field] = allocated
	}
}

// Replacing returns the content of an object that would take the place of a stored one. It is as Content says, but
// where nothing would change except an address or port that was allocated: then somebody has chosen another, and it
// counts as it is.
func Replacing(resource schema.GroupResource, object, stored map[string]any) (map[string]any, error) {
	content, err := Content(resource, object)
	if err != nil || resource != services || stored == nil {
		return content, err
	}
	before, err := Content(resource, stored)
	if err != nil || !reflect.DeepEqual(content, before) {
		return content, err
	}
	now, err := chosen(content, object)
	if err != nil {
		return nil, err
	}
	if then, err := chosen(before, stored); err != nil || reflect.DeepEqual(now, then) {
		return content, err
	}
	return now, nil
}

// Contents returns all that the content of a stored object may have been when it was let in: as Content says, with what
// was allocated as it is (see Replacing), and without the token that was written into it.
func Contents(resource schema.GroupResource, object map[string]any) ([]map[string]any, error) {
	content, err := Content(resource, object)
	if err != nil {
		return nil, err
	}
	if _, ok := TokenAccount(resource, content); ok {
		return append(beforeToken(content), content), nil
	}
	if resource != services {
		return []map[string]any{content}, nil
	}
	literal, err := chosen(content, object)
	if err != nil || reflect.DeepEqual(literal, content) {
		return []map[string]any{content}, err
	}
	return []map[string]any{content, literal}, nil
}

// chosen is the content of a Service with addresses and ports as they are.
func chosen(content, object map[string]any) (map[string]any, error) {
	as, err := cut(object, inSpec)
	if err != nil {
		return nil, err
	}
	content = maps.Clone(content)
	content["spec"] = as["spec"]
	return content, nil
}
