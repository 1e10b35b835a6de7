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
	h := hear(c, now)
	switch {
	case len(h.policies) == 0 && open(c.Change):
		return Decision{Allowed: true, Rule: RuleUngated}
	case len(h.policies) == 0:
		return Decision{Reasons: []Reason{noPolicy(c.Environment)}}
	}
	decision := Decision{Allowed: true, Session: c.Change.Operation == v1alpha1.OperationConnect}
	for _, policy := range h.policies {
		decision.Policies = append(decision.Policies, h.judge(policy))
	}
	h.declare(decision.Policies)
	for _, result := range decision.Policies {
		decision.take(result)
	}
	decision.settle(c)
	return decision
}

// judge says what one policy makes of the change. A frozen environment is closed under each of its policies.
func (h hearing) judge(policy v1alpha1.PromotionPolicy) PolicyResult {
	result := h.ordinary(policy)
	if h.frozen() && result.Rule != RuleTrustedController && h.Change.Operation != v1alpha1.OperationConnect {
		result.freeze(*h.Freeze)
	}
	return result
}

// ordinary tries the rules of entry of one policy, the cheapest first. What trusted controllers make, and what returns,
// was let in before; everything else is subject to the restrictions.
func (h hearing) ordinary(policy v1alpha1.PromotionPolicy) PolicyResult {
	result := PolicyResult{Policy: policy.Name, Enforcement: policy.Spec.Enforcement}
	switch {
	case h.Change.Operation == v1alpha1.OperationConnect:
		h.interactive(policy, &result)
	case trusted(h.Change, policy):
		result.Rule = RuleTrustedController
	case h.mayReturn(policy):
		result.Rule = RuleRollback
	case policy.Spec.Entry == v1alpha1.EntryOpen:
		h.restrict(policy, &result)
		result.enter(RuleOpen)
	case mayDelete(h.Change, policy):
		h.restrict(policy, &result)
		result.enter(RuleDeletion)
	default:
		h.restrict(policy, &result)
		h.approved(policy, &result)
		result.enter(RuleApproved)
	}
	return result
}

// restriction is what a policy asks of new content beside approvals: it says why the change may not enter now, and
// nothing where it may.
type restriction func(h hearing, policy v1alpha1.PromotionPolicy) []Reason

// restrictions in the order in which they were added; all are asked, so that all reasons are reported.
var restrictions = []restriction{tooSoon, foreignImages, noTemplate, notPromoted, reconfigured, closed,
	reviewOverdue, replacedSince}

func (h hearing) restrict(policy v1alpha1.PromotionPolicy, result *PolicyResult) {
	for _, restriction := range restrictions {
		for _, reason := range restriction(h, policy) {
			result.deny(reason)
		}
	}
}

// take adds what one policy says: the strictest wins.
func (d *Decision) take(result PolicyResult) {
	switch {
	case result.Rule != RuleNone:
		d.Rule = strongest(d.Rule, result.Rule)
	case !enforced(result.Enforcement):
		d.Rule = strongest(d.Rule, RuleNotEnforced)
		d.Unenforced = append(d.Unenforced, result.Reasons...)
	default:
		d.Allowed = false
		d.Reasons = append(d.Reasons, result.Reasons...)
	}
}

// settle sorts, and names the request that the entry would use.
func (d *Decision) settle(c Case) {
	d.Reasons, d.Unenforced = sorted(decisive(d.Reasons)), sorted(d.Unenforced)
	if attempt, ok := c.latest(); ok {
		if !ended(attempt) {
			d.Request = attempt.Request.Name
		}
		d.OnRecord = enteredBy(attempt, d.Emergencies())
	}
	if !d.Allowed {
		d.Rule = RuleNone
	}
}

// strongest of two rules: of all that the policies went by, the one that the record of an entry must not hide.
func strongest(a, b Rule) Rule {
	order := []Rule{
		RuleNone, RuleInteractive, RuleOpen, RuleTrustedController, RuleDeletion, RuleApproved, RuleRollback,
		RuleNotEnforced, RuleEmergency,
	}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// decisive : what approvals are missing is beside the point where none can help.
func decisive(reasons []Reason) []Reason {
	if !slices.ContainsFunc(reasons, Reason.final) {
		return reasons
	}
	return slices.DeleteFunc(reasons, func(r Reason) bool {
		return r.Code == ReasonApprovalMissing || r.Code == ReasonNotRequested
	})
}

func sorted(reasons []Reason) []Reason {
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Detail, b.Detail), cmp.Compare(a.Needs, b.Needs), cmp.Compare(a.Command, b.Command))
	})
	return slices.Compact(reasons)
}
