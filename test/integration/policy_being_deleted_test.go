// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const stayFinalizer = "example.com/stay"

// beingDeleted deletes a policy that a finalizer keeps, and waits until it says so.
func beingDeleted(t *testing.T, policy *v1alpha1.PromotionPolicy) {
	t.Helper()
	policy.Finalizers = []string{stayFinalizer}
	goesThrough(t, "policies may have finalizers", creating(admin(t), policy))
	t.Cleanup(func() {
		for _, end := range []try{
			deleting(breakGlass(t), policy.DeepCopy()), patch(breakGlass(t), policy.DeepCopy(), "", letGo),
		} {
			if err := end(context.WithoutCancel(t.Context())); client.IgnoreNotFound(err) != nil {
				t.Error(err)
			}
		}
	})
	goesThrough(t, "one that governs rules may be in force by now", deleting(breakGlass(t), policy.DeepCopy()))
	eventually(t, func(context.Context) string {
		said := meta.FindStatusCondition(latest(t, policy).Status.Conditions, v1alpha1.ConditionReady)
		if said == nil || said.Reason != v1alpha1.ReasonBeingDeleted || !strings.Contains(said.Message, stayFinalizer) {
			return "the policy to say that it is being deleted, and by what it is kept"
		}
		return ""
	})
}

// letGo takes all finalizers away.
const letGo = `{"metadata":{"finalizers":null}}`

// TestPolicyBeingDeleted: a policy that somebody has deleted, and that a finalizer keeps, is enforced like any other.
// While it governs namespaces nobody lets it go by the finalizer.
func TestPolicyBeingDeleted(t *testing.T) {
	s := newShop(t)
	strict := s.policy()
	strict.Name += "-strict"
	strict.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "1"}}
	strict.Spec.Approvals[0].Count = 2
	beingDeleted(t, strict)
	tier := func(value any) try {
		return merging(admin(t), namespaceIn(s.namespace, ""), map[string]any{
			"metadata": map[string]any{"labels": map[string]any{"tier": value}},
		})
	}
	goesThrough(t, "it comes to govern something", tier("1"))
	s.awaitGoverned(t, strict, 1)

	developer := s.developer(t)
	request := s.turnedAway(t, deploying(developer, s.deployment("checkout")), "2 approvals")
	s.approve(t, request, bob)
	s.turnedAway(t, deploying(developer, s.deployment("checkout")), "1 approval from "+s.managers+" (policy "+strict.Name)
	s.approve(t, request, carol)
	goesThrough(t, "both approved", deploying(developer, s.deployment("checkout")))

	const policy = "countersign-policies-keep"
	tryAll(t, map[string]attempt{
		"LetGo": {"it would be gone", patch(admin(t), strict.DeepCopy(), "", letGo), policy, "stays with them"},
		"Empty": {"the same", patch(admin(t), strict.DeepCopy(), "", `{"metadata":{"finalizers":[]}}`), policy, ""},
		"GarbageCollector": {
			"it finishes a deletion in the foreground",
			patch(asController(t, "generic-garbage-collector"), strict.DeepCopy(), "", letGo), policy, "",
		},
		"Label": {"it is there", patch(admin(t), strict.DeepCopy(), "", `{"metadata":{"labels":{"team":"a"}}}`), "", ""},
	})
	goesThrough(t, "it governs nothing any more", tier(nil))
	s.awaitGoverned(t, strict, 0)
	goesThrough(t, "it goes as it came", patch(admin(t), strict.DeepCopy(), "", letGo))
	err := admin(t).Get(t.Context(), client.ObjectKeyFromObject(strict), strict)
	if !apierrors.IsNotFound(err) {
		t.Errorf("want it to be gone, got: %v", err)
	}
}

// awaitGoverned waits until a policy says how many namespaces it governs.
func (s shop) awaitGoverned(t *testing.T, policy *v1alpha1.PromotionPolicy, want int32) {
	t.Helper()
	eventually(t, func(context.Context) string {
		if got := latest(t, policy).Status.Namespaces; got == nil || *got != want {
			return "the policy to say what it governs"
		}
		return ""
	})
}

// TestRulesBeingDeleted: where the policy that seals the rules in is being deleted, it does not say that they are.
func TestRulesBeingDeleted(t *testing.T) {
	s := shop{environment: v1alpha1.RulesEnvironment, managers: "rules-approvers"}
	create(t, s.role(s.managers, v1alpha1.CapabilityView, v1alpha1.CapabilityApprove))
	policy := s.policy()
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
	beingDeleted(t, policy)
	if in := latest(t, policy).Status.GatesInForce; slices.Contains(in, "Rules") {
		t.Errorf("in force are %v, and anybody can let it go", in)
	}
}
