// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
)

// Gated are the names of the namespaces in which a gate is in force, by gate: a policy that has it governs the
// namespace, and its status says that API servers ask.
type Gated map[v1alpha1.GateType][]string

// GatedBy policies. A policy whose selector cannot be read gives nothing here.
func GatedBy(policies []v1alpha1.PromotionPolicy, namespaces []corev1.Namespace) Gated {
	gated := Gated{}
	for _, policy := range policies {
		names, err := environment.Namespaces(namespaces, []v1alpha1.EnvironmentName{policy.Spec.Environment},
			policy.Spec.NamespaceSelector)
		if err != nil {
			continue
		}
		for _, gate := range policy.Spec.Gates {
			if slices.Contains(policy.Status.GatesInForce, gate.ID()) {
				gated[gate.Type] = append(gated[gate.Type], names...)
			}
		}
	}
	return gated
}

// Holds tells whether the grant may be given in a namespace: what it lets one write is gated there, or needs no gate.
func (g Grant) Holds(namespace string, gated Gated) bool {
	return g.gate == "" || slices.Contains(gated[g.gate], namespace)
}
