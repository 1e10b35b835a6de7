// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Gates are those of a policy: Workloads where it names none.
func Gates(policy v1alpha1.PromotionPolicy) []v1alpha1.GateType {
	if len(policy.Spec.Gates) == 0 {
		return []v1alpha1.GateType{v1alpha1.GateWorkloads}
	}
	types := make([]v1alpha1.GateType, 0, len(policy.Spec.Gates))
	for _, gate := range policy.Spec.Gates {
		types = append(types, gate.Type)
	}
	return types
}

// gates tells whether the policy gates such changes. What belongs to no gate that is known is gated by every policy.
func gates(policy v1alpha1.PromotionPolicy, change Change) bool {
	gate, known := gateOf(change)
	return !known || slices.Contains(Gates(policy), gate)
}

// gateOf a change. A session in what runs is about a workload, also where a Service leads to it.
func gateOf(change Change) (v1alpha1.GateType, bool) {
	if change.Operation == v1alpha1.OperationConnect {
		return v1alpha1.GateWorkloads, true
	}
	return workload.Gate(schema.GroupResource{Group: change.Object.Group, Resource: change.Object.Resource})
}

// routes tells whether the change is one of traffic, which is let in where nobody gates it; what runs is not.
func routes(change Change) bool {
	gate, _ := gateOf(change)
	return gate == v1alpha1.GateRouting
}
