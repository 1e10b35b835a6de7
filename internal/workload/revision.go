// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// MetadataOnly tells whether two states of a stored object differ in metadata alone, of what runs. Then both are of one
// generation, though owners, and the labels and annotations of a Pod, are content.
func MetadataOnly(resource schema.GroupResource, object, stored map[string]any) bool {
	if gate, _ := Gate(resource); gate != runs || stored == nil {
		return false
	}
	for _, field := range shapes[resource].fields {
		if !reflect.DeepEqual(object[field], stored[field]) {
			return false
		}
	}
	return true
}

// Revision tells which of two states of a stored object is the later one, wherever their contents differ: by its
// generation (but see MetadataOnly), of rules too, whose status is written meanwhile; of what routes traffic and of
// custom kinds by its resource version, since a generation says nothing of metadata, and Services have none. Resource
// versions of Kubernetes' own storage are numbers that grow; of any other there is no telling, and it is 0.
func Revision(resource schema.GroupResource, generation int64, resourceVersion string) int64 {
	if gate, _ := Gate(resource); gate == runs || gate == v1alpha1.GateRules {
		return generation
	}
	version, err := strconv.ParseInt(resourceVersion, 10, 64)
	if err != nil {
		return 0
	}
	return version
}
