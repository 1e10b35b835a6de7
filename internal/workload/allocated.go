// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

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

// Replacing returns the content of an object that would take the place of a stored one. It is as Content says, unless
// an address or port that was allocated would become another: somebody has chosen that, and all count as they are.
func Replacing(resource schema.GroupResource, object, stored map[string]any) (map[string]any, error) {
	content, err := Content(resource, object)
	if err != nil || resource != services || stored == nil {
		return content, err
	}
	now, err := cut(object, inSpec)
	if err != nil {
		return nil, err
	}
	before, err := cut(stored, inSpec)
	if err != nil || !slices.ContainsFunc(allocations(fieldsOf(now["spec"])), otherThan(fieldsOf(before["spec"]))) {
		return content, err
	}
	return chosen(content, object)
}

// allocation is what the API server has allocated, or somebody has chosen, and what for.
type allocation struct{ of, is string }

// allocations of a Service. A port of a node is for a port of the Service.
func allocations(spec map[string]any) []allocation {
	addresses, ports := elementsOf(spec["clusterIPs"]), children(spec, "ports")
	all := make([]allocation, 0, 2+len(addresses)+len(ports))
	all = append(all, allocation{"address", fmt.Sprint(spec["clusterIP"])},
		allocation{"health check", fmt.Sprint(spec["healthCheckNodePort"])})
	for i, address := range addresses {
		all = append(all, allocation{fmt.Sprintf("address %d", i), fmt.Sprint(address)})
	}
	for _, port := range ports {
		all = append(all, allocation{fmt.Sprintf("%v/%v", port["port"], port["protocol"]), fmt.Sprint(port["nodePort"])})
	}
	return slices.DeleteFunc(all, func(a allocation) bool { return slices.Contains(nothing, a.is) })
}

// nothing is what is there in place of an address or port.
var nothing = []string{"<nil>", "", "0", headless}

// otherThan tells whether something else was allocated for the same.
func otherThan(spec map[string]any) func(allocation) bool {
	before := allocations(spec)
	return func(now allocation) bool {
		return slices.ContainsFunc(before, func(then allocation) bool { return then.of == now.of && then.is != now.is })
	}
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
