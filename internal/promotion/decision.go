// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Rule by which a change may enter under one policy.
type Rule string

// The rules of entry. The empty rule lets nothing in.
const (
	// RuleNone : no rule of the policy holds.
	RuleNone Rule = ""
	// RuleUngated : no policy gates such changes. Nothing that runs enters by it.
	RuleUngated Rule = "Ungated"
	// RuleOpen : the policy lets every change in.
	RuleOpen Rule = "Open"
	// RuleTrustedController : a controller that the policy lists makes what it is listed for.
	RuleTrustedController Rule = "TrustedController"
	// RuleApproved : the approvals meet the policy.
	RuleApproved Rule = "Approved"
	// RuleRollback : the content entered before, and the policy lets it return.
	RuleRollback Rule = "Rollback"
	// RuleNotEnforced : no rule holds, and the policy only warns or audits.
	RuleNotEnforced Rule = "NotEnforced"
)

// PolicyResult is what one policy says.
type PolicyResult struct {
	Policy      string
	Enforcement v1alpha1.Enforcement
	Rule        Rule
	Missing     []Missing
	// Ignored says of approvals that do not count why.
	Ignored []string
	Reasons []Reason
}

// enter by the rule, where nothing stands against it.
func (r *PolicyResult) enter(rule Rule) {
	if len(r.Reasons) == 0 {
		r.Rule = rule
	}
}

func (r *PolicyResult) deny(reason Reason) {
	reason.Policy = r.Policy
	r.Reasons = append(r.Reasons, reason)
}

// holdsUp tells whether the policy keeps the change out.
func (r PolicyResult) holdsUp() bool {
	return r.Rule == RuleNone && r.Enforcement != v1alpha1.EnforcementWarn && r.Enforcement != v1alpha1.EnforcementAudit
}

// Decision says whether the change may enter, and why. The zero Decision denies.
type Decision struct {
	Allowed bool
	// Rule by which it may enter; of several, the one that the record must not hide (see strongest).
	Rule Rule
	// Request is the one that the entry uses up; empty where there is none to use.
	Request string
	// Reasons why not, of enforced policies, sorted. Empty when allowed.
	Reasons []Reason
	// Unenforced are the reasons of policies that only warn or audit.
	Unenforced []Reason
	// Policies that were judged, sorted by name.
	Policies []PolicyResult
}

// MayRequest tells whether asking for the change can help: there is somebody who could approve it, and no request
// stands already.
func (d Decision) MayRequest() bool {
	return !d.Allowed && d.Request == "" && len(d.Reasons) > 0 &&
		!d.has(ReasonNoPolicy) && !d.has(ReasonUnlistedController) && !d.has(ReasonAdmissionPending)
}

// Recorded tells whether an entry by this decision is kept as a PromotionRequest. What trusted controllers make is
// in the audit trail only: its parent is gated and recorded. So is what nobody gates.
func (d Decision) Recorded() bool {
	return d.Allowed && d.Rule != RuleTrustedController && d.Rule != RuleUngated
}

// WaitingFor says in words what the change still needs; empty where nothing.
func (d Decision) WaitingFor() string {
	if d.Allowed {
		return ""
	}
	var needs distinct
	for _, reason := range d.Reasons {
		needs.add(reason.Needs)
	}
	return clip(needs.join("; "), maxWaitingFor)
}

func (d Decision) has(code ReasonCode) bool {
	return slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Code == code })
}
