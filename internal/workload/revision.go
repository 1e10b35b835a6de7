// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"strconv"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// KeepsGeneration tells whether the API server would store what runs in the generation that it has, though it may be
// other content: owners, and the labels and annotations of a Pod, are metadata, and of two spellings of a quantity both
// are the same spec. Both states are as an admission review has them.
func KeepsGeneration(resource schema.GroupResource, object, stored map[string]any) bool {
	gate, _ := Gate(resource)
	return gate == runs && stored != nil &&
		number(object, "metadata", "generation") == number(stored, "metadata", "generation")
}

// Revision tells which of two states of a stored object is the later one, wherever their contents differ: by its
// generation (but see KeepsGeneration), of rules too, whose status is written meanwhile; of what routes traffic and of
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
