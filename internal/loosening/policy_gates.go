// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// opening gates let something happen that did not before, where they are the first of their type: API servers let
// nothing that runs enter without a policy, and capability Deploy gives the rest only where it is gated.
var opening = map[v1alpha1.GateType]string{
	v1alpha1.GateWorkloads:     "no other policy gates them in these namespaces, where nothing entered before",
	v1alpha1.GateRouting:       "capability Deploy gives Services, Ingresses and routes where they are gated",
	v1alpha1.GateConfiguration: "capability Deploy gives ConfigMaps and Secrets where they are gated",
}

func gates(c policyChange) (f findings) {
	before, after := gatesOf(c.before), gatesOf(c.after)
	for _, gate := range before {
		other, ok := gateLike(gate, after)
		if !ok {
			f.addf("gates: %s removed", gate.ID())
			continue
		}
		f = append(f, resource(gate, other)...)
	}
	return append(f, opened(c, before)...)
}

// opened are the gates that the policy has now, not before, and that open something.
func opened(c policyChange, before []v1alpha1.Gate) (f findings) {
	for _, gate := range gatesOf(c.after) {
		why, opens := opening[gate.Type]
		if _, had := gateLike(gate, before); opens && !had && !c.coveredBy(gate.Type) {
			f.addf("gates: %s added: %s", gate.ID(), why)
		}
	}
	return f
}

// coveredBy tells whether another policy has the gate in all namespaces of this one.
func (c policyChange) coveredBy(gate v1alpha1.GateType) bool {
	return slices.ContainsFunc(c.others, func(other v1alpha1.PromotionPolicy) bool {
		return other.Name != c.name && other.DeletionTimestamp == nil && other.Spec.Environment == c.after.Environment &&
			promotion.Has(other, gate) &&
			(selectsAll(other.Spec.NamespaceSelector) ||
				sameSelection(other.Spec.NamespaceSelector, c.after.NamespaceSelector))
	})
}

func gatesOf(spec v1alpha1.PromotionPolicySpec) []v1alpha1.Gate {
	return promotion.Gates(v1alpha1.PromotionPolicy{Spec: spec})
}

// gateLike is the gate among others that gates the same, whatever it is called.
func gateLike(gate v1alpha1.Gate, others []v1alpha1.Gate) (v1alpha1.Gate, bool) {
	i := slices.IndexFunc(others, func(other v1alpha1.Gate) bool {
		return other.Type == gate.Type && other.Resource.Group == gate.Resource.Group &&
			other.Resource.Resource == gate.Resource.Resource
	})
	if i < 0 {
		return v1alpha1.Gate{}, false
	}
	return others[i], true
}

// resource compares what is said of one custom kind. To say at one of the template paths what it runs is enough for an
// object; without any it need not say it.
func resource(before, after v1alpha1.Gate) (f findings) {
	removed(&f, "gates["+before.ID()+"].resource.statusPaths", before.Resource.StatusPaths, after.Resource.StatusPaths)
	paths := "gates[" + before.ID() + "].resource.templatePaths"
	switch {
	case len(before.Resource.TemplatePaths) == 0:
	case len(after.Resource.TemplatePaths) == 0:
		f.addf("%s: all removed", paths)
	default:
		added(&f, paths, before.Resource.TemplatePaths, after.Resource.TemplatePaths)
	}
	return f
}

func sameSelection(a, b *metav1.LabelSelector) bool {
	return selectsAll(a) && selectsAll(b) || equality.Semantic.DeepEqual(a, b)
}

func selectsAll(selector *metav1.LabelSelector) bool {
	return selector == nil || len(selector.MatchLabels) == 0 && len(selector.MatchExpressions) == 0
}
