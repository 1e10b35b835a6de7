// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// Rule is what the policies of a namespace come to.
type Rule struct {
	Mode v1alpha1.LedgerMode
	// Injected images count as entered.
	Injected []string
	// Returns is how long what was replaced may return without another approval.
	Returns time.Duration
}

// RuleOf the namespace with these labels. Of several policies the strictest mode holds, an injected image is one that
// each policy with that mode lists, and what was replaced stays as long as each of them lets it return: one more policy
// makes nothing easier. Without a policy nothing may enter, and Pods are warned about. During an emergency nobody waits
// for a list: Deny becomes Warn, and the gate judges as ever.
func RuleOf(policies []v1alpha1.PromotionPolicy, labels map[string]string, emergency bool) Rule {
	governing := governingOf(policies, labels)
	if len(governing) == 0 {
		return Rule{Mode: v1alpha1.LedgerWarn}
	}
	rule := Rule{Mode: v1alpha1.LedgerOff, Returns: returns(governing[0])}
	for _, policy := range governing {
		if mode := modeOf(policy); strictness(mode) > strictness(rule.Mode) {
			rule.Mode = mode
		}
		rule.Returns = min(rule.Returns, returns(policy))
	}
	rule.Injected = injected(governing, rule.Mode)
	if emergency && rule.Mode == v1alpha1.LedgerDeny {
		rule.Mode = v1alpha1.LedgerWarn
	}
	return rule
}

// governingOf the workloads there: policies that gate other things alone have no say. A policy that cannot tell where
// it governs does everywhere in its environment.
func governingOf(policies []v1alpha1.PromotionPolicy, labels map[string]string) []v1alpha1.PromotionPolicy {
	var governing []v1alpha1.PromotionPolicy
	for _, policy := range policies {
		if !promotion.Has(policy, v1alpha1.GateWorkloads) {
			continue
		}
		matches, err := environment.Matches(labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
			policy.Spec.NamespaceSelector)
		if err != nil {
			matches = environment.Of(labels) == policy.Spec.Environment
		}
		if matches {
			governing = append(governing, policy)
		}
	}
	return governing
}

// modeOf one policy: no stricter than what it does about changes.
func modeOf(policy v1alpha1.PromotionPolicy) v1alpha1.LedgerMode {
	mode := policy.Spec.Ledger.Mode
	switch {
	case mode == v1alpha1.LedgerOff, policy.Spec.Enforcement == v1alpha1.EnforcementAudit:
		return v1alpha1.LedgerOff
	case mode == v1alpha1.LedgerDeny && policy.Spec.Enforcement != v1alpha1.EnforcementWarn:
		return v1alpha1.LedgerDeny
	}
	return v1alpha1.LedgerWarn
}

// returns is how long the policy lets return what was replaced. One that only warns, or asks for no approval, has its
// say too: what the gate lets return under it comes on the list then.
func returns(policy v1alpha1.PromotionPolicy) time.Duration {
	if policy.Spec.Rollback.Mode != v1alpha1.RollbackAllowEntered {
		return 0
	}
	return time.Duration(policy.Spec.Rollback.WithinSeconds) * time.Second
}

func strictness(mode v1alpha1.LedgerMode) int {
	return slices.Index([]v1alpha1.LedgerMode{v1alpha1.LedgerOff, v1alpha1.LedgerWarn, v1alpha1.LedgerDeny}, mode)
}

func injected(policies []v1alpha1.PromotionPolicy, mode v1alpha1.LedgerMode) []string {
	var all []string
	for first := true; len(policies) > 0; policies = policies[1:] {
		if modeOf(policies[0]) != mode {
			continue
		}
		listed := policies[0].Spec.Ledger.Injected
		if first {
			all, first = slices.Clone(listed), false
		}
		all = slices.DeleteFunc(all, func(image string) bool { return !slices.Contains(listed, image) })
	}
	return all
}
