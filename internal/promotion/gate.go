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
func Gates(policy v1alpha1.PromotionPolicy) []v1alpha1.Gate {
	if len(policy.Spec.Gates) == 0 {
		return []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}}
	}
	return policy.Spec.Gates
}

// GatedResources are the custom kinds that a policy gates.
func GatedResources(policy v1alpha1.PromotionPolicy) []v1alpha1.GatedResource {
	var resources []v1alpha1.GatedResource
	for _, gate := range policy.Spec.Gates {
		if gate.Type == v1alpha1.GateResource {
			resources = append(resources, gate.Resource)
		}
	}
	return resources
}

// gates tells whether the policy gates such changes. What belongs to no gate that is known is gated by every policy.
func gates(policy v1alpha1.PromotionPolicy, change Change) bool {
	gate, known := gateOf(change)
	if gate == v1alpha1.GateResource {
		resource, gated := gatedAs(policy, change)
		return gated && (change.Operation != v1alpha1.OperationOrder || takes(resource, change))
	}
	if gate == v1alpha1.GateConfiguration && len(change.Users) == 0 {
		return false
	}
	return !known || Has(policy, gate)
}

// GatesKind tells whether the policy gates whatever is of a kind: of ConfigMaps and Secrets only those that are in use.
func GatesKind(policy v1alpha1.PromotionPolicy, resource schema.GroupResource) bool {
	return gates(policy, Change{Object: workload.Identity{Group: resource.Group, Resource: resource.Resource}})
}

// Has tells whether the policy has a gate of the type.
func Has(policy v1alpha1.PromotionPolicy, gate v1alpha1.GateType) bool {
	return slices.ContainsFunc(Gates(policy), func(g v1alpha1.Gate) bool { return g.Type == gate })
}

// StatusPaths are those at which a policy of the environment has orders to objects of the change's kind judged.
func StatusPaths(c Case) []string {
	var paths []string
	for _, policy := range c.Policies {
		if policy.Spec.Environment == c.Environment.Name {
			resource, _ := gatedAs(policy, c.Change)
			paths = append(paths, resource.StatusPaths...)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// gatedAs is what the policy says of the custom kind that the change is about.
func gatedAs(policy v1alpha1.PromotionPolicy, change Change) (v1alpha1.GatedResource, bool) {
	for _, resource := range GatedResources(policy) {
		if resource.Group == change.Object.Group && resource.Resource == change.Object.Resource {
			return resource, true
		}
	}
	return v1alpha1.GatedResource{}, false
}

// takes tells whether the order is given at one of the paths. One that cannot be read may be any.
func takes(resource v1alpha1.GatedResource, change Change) bool {
	return change.Content == nil || slices.ContainsFunc(resource.StatusPaths, func(at string) bool {
		return workload.Orders(change.Content, at)
	})
}

// gateOf a change. A session in what runs is about a workload, also where a Service leads to it.
func gateOf(change Change) (v1alpha1.GateType, bool) {
	if change.Operation == v1alpha1.OperationConnect {
		return v1alpha1.GateWorkloads, true
	}
	return workload.Gate(resourceOfObject(change.Object))
}

func resourceOfObject(id workload.Identity) schema.GroupResource {
	return schema.GroupResource{Group: id.Group, Resource: id.Resource}
}

// open tells whether the change is let in where nobody gates it: what runs is not.
func open(change Change) bool {
	gate, known := gateOf(change)
	return known && gate != v1alpha1.GateWorkloads
}

// custom tells whether the change is one of a custom kind.
func custom(change Change) bool {
	gate, _ := gateOf(change)
	return gate == v1alpha1.GateResource
}
