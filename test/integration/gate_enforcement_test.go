// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestLenient: policies that let everything in keep a record of it, and what entered by them is not vouched for: once
// the policy asks for a second person, it cannot return.
func TestLenient(t *testing.T) {
	strict := func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Entry, policy.Spec.Enforcement = v1alpha1.EntryTwoPerson, v1alpha1.EnforcementEnforce
		policy.Spec.Approvals = (shop{
			environment: policy.Spec.Environment, managers: string(policy.Spec.Environment) + "-managers",
		}).
			policy().Spec.Approvals
	}
	for name, tc := range map[string]struct {
		reason string
		policy func(*v1alpha1.PromotionPolicy)
		rule   v1alpha1.EntryRule
		warns  bool
	}{
		"Open": {"everything may enter", openEntry, v1alpha1.EntryRuleOpen, false},
		"Warn": {
			"the one who applies hears of it", enforcement(v1alpha1.EnforcementWarn), v1alpha1.EntryRuleNotEnforced, true,
		},
		"Audit": {"nobody hears of it", enforcement(v1alpha1.EnforcementAudit), v1alpha1.EntryRuleNotEnforced, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, tc.policy)
			c, said := warned(t, alice, s.developers)
			goesThrough(t, tc.reason, deploying(c, s.release("checkout", "v1")))
			if got := said.contains("does not meet policy"); got != tc.warns {
				t.Errorf("%s: warned: %t, want %t: %s", tc.reason, got, tc.warns, said)
			}
			record := s.request(t, inState(v1alpha1.ReasonEntered))
			if got := record.Status.Admission; got.Rule != tc.rule || got.Deployer.Username != alice {
				t.Errorf("recorded as %s by %s", got.Rule, got.Deployer.Username)
			}
			if got := condition(record, v1alpha1.ConditionApproved); got != "False "+v1alpha1.ReasonNotApproved {
				t.Errorf("the record says of its approval: %s", got)
			}
			if tc.rule == v1alpha1.EntryRuleNotEnforced {
				s.terminalOf(t, bob, s.managers).countersign(t, "report").says(t, 0, "Enforced, 1 of 1 entries", alice,
					"1 approval from")
			}
			s.policyIs(t, strict)
			goesThrough(t, "what runs goes on", scaling(c, s.deployment("checkout"), 2))
			s.bringIn(t, deploying(c, s.release("checkout", "v2")))
			s.turnedAway(t, deploying(c, s.release("checkout", "v1")))
		})
	}
}

// TestOpenDeletion: where everything may enter everything may go, and that is on record too.
func TestOpenDeletion(t *testing.T) {
	s := newShop(t, openEntry)
	developer := s.developer(t)
	goesThrough(t, "in", deploying(developer, s.deployment("checkout")))
	goesThrough(t, "out", deleting(developer, s.deployment("checkout")))
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationDelete && state(r) == v1alpha1.ReasonEntered
	})
	goesThrough(t, "in again", deploying(developer, s.deployment("checkout")))
	s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationApply && state(r) == v1alpha1.ReasonEntered &&
			r.Status.Entry.EndTime == nil
	})
}

// TestStrictestPolicy: a namespace that several policies govern must meet all of them.
func TestStrictestPolicy(t *testing.T) {
	s := newShop(t)
	lenient := s.policy()
	lenient.Name += "-lenient"
	openEntry(lenient)
	create(t, lenient)
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
}

// TestNoPolicy: an environment without a policy takes nothing in, and nothing can be asked for.
func TestNoPolicy(t *testing.T) {
	s := shop{namespace: "testnopolicy"}
	namespace(t, s.namespace, "unheard-of")
	c := admin(t)
	for name, build := range map[string]func() client.Object{
		"Deployment": func() client.Object { return s.deployment("checkout") },
		"Pod":        func() client.Object { return s.pod("", "pod-") },
	} {
		t.Run(name, func(t *testing.T) {
			s.refusedForGood(t, making(c, build), "no PromotionPolicy gates what runs in namespace testnopolicy", "unheard-of")
		})
	}
	if all := s.requests(t); len(all) != 0 {
		t.Errorf("something was asked for: %s", describe(all))
	}
}

// TestSelectedNamespaces: a policy for some namespaces of an environment is none for the others.
func TestSelectedNamespaces(t *testing.T) {
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "another"}}
	})
	s.refusedForGood(t, deploying(s.developer(t), s.deployment("checkout")), "no PromotionPolicy gates")
}
