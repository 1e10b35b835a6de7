// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"cmp"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Evaluate decides whether the change of the case may enter its environment now.
func Evaluate(c Case, now time.Time) Decision {
	policies := c.policies()
	if len(policies) == 0 {
		return Decision{Reasons: []Reason{noPolicy(c.Environment)}}
	}
	decision := Decision{Allowed: true}
	for _, policy := range policies {
		result := judge(c, policy, now)
		decision.Policies = append(decision.Policies, result)
		decision.take(result)
	}
	decision.settle(c)
	return decision
}

// judge tries the rules of entry of one policy, the cheapest first.
func judge(c Case, policy v1alpha1.PromotionPolicy, now time.Time) PolicyResult {
	result := PolicyResult{Policy: policy.Name, Enforcement: policy.Spec.Enforcement}
	switch {
	case policy.Spec.Entry == v1alpha1.EntryOpen:
		result.Rule = RuleOpen
	case trusted(c.Change, policy):
		result.Rule = RuleTrustedController
	case mayReturn(c, policy, now):
		result.Rule = RuleRollback
	default:
		approved(c, policy, now, &result)
	}
	return result
}

// take adds what one policy says: the strictest wins.
func (d *Decision) take(result PolicyResult) {
	switch {
	case result.Rule != RuleNone:
		d.Rule = strongest(d.Rule, result.Rule)
	case result.Enforcement == v1alpha1.EnforcementWarn || result.Enforcement == v1alpha1.EnforcementAudit:
		d.Rule = RuleNotEnforced
		d.Unenforced = append(d.Unenforced, result.Reasons...)
	default:
		d.Allowed = false
		d.Reasons = append(d.Reasons, result.Reasons...)
	}
}

// settle sorts, and names the request that the entry would use.
func (d *Decision) settle(c Case) {
	slices.SortFunc(d.Policies, func(a, b PolicyResult) int { return cmp.Compare(a.Policy, b.Policy) })
	d.Reasons, d.Unenforced = sorted(d.Reasons), sorted(d.Unenforced)
	if attempt, ok := c.latest(); ok && !ended(attempt) {
		d.Request = attempt.Request.Name
	}
	if !d.Allowed {
		d.Rule = RuleNone
	}
}

// strongest of two rules: the one that says least about the change having been vouched for comes last to be claimed.
func strongest(a, b Rule) Rule {
	order := []Rule{RuleNone, RuleOpen, RuleTrustedController, RuleApproved, RuleRollback, RuleNotEnforced}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

func sorted(reasons []Reason) []Reason {
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return slices.Compact(reasons)
}

func noPolicy(environment Environment) Reason {
	return Reason{Code: ReasonNoPolicy, Detail: "no PromotionPolicy governs namespace " + environment.Namespace +
		" in environment " + string(environment.Name) + ", and nothing enters an environment without one"}
}
