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

// ReasonCode says why a change may not enter.
type ReasonCode string

// The reasons.
const (
	// ReasonNoPolicy : the environment has no policy for the namespace.
	ReasonNoPolicy ReasonCode = "NoPolicy"
	// ReasonNotRequested : nobody has asked for the change.
	ReasonNotRequested ReasonCode = "NotRequested"
	// ReasonApprovalMissing : approvals are missing.
	ReasonApprovalMissing ReasonCode = "ApprovalMissing"
	// ReasonRejected : a Reject stands.
	ReasonRejected ReasonCode = "Rejected"
	// ReasonAdmissionPending : the change was let in a moment ago, and it is not yet known whether it was stored.
	ReasonAdmissionPending ReasonCode = "AdmissionPending"
	// ReasonUnlistedController : a controller that no policy and no role lists.
	ReasonUnlistedController ReasonCode = "UnlistedController"
)

// Reason is one thing that keeps the change out.
type Reason struct {
	Code ReasonCode
	// Policy that asks for it; empty where none does.
	Policy string
	// Detail for people.
	Detail string
}

// PolicyResult is what one policy says.
type PolicyResult struct {
	Policy      string
	Enforcement v1alpha1.Enforcement
	Rule        Rule
	Missing     []Missing
	Reasons     []Reason
}

// Decision says whether the change may enter, and why. The zero Decision denies.
type Decision struct {
	Allowed bool
	// Rule by which it may enter, of all policies the one that vouches for most.
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
		!slices.ContainsFunc(d.Reasons, func(r Reason) bool {
			return r.Code == ReasonNoPolicy || r.Code == ReasonUnlistedController || r.Code == ReasonAdmissionPending
		})
}

// Recorded tells whether an entry by this decision is kept as a PromotionRequest. What trusted controllers make is
// in the audit trail only: its parent is gated and recorded.
func (d Decision) Recorded() bool {
	return d.Allowed && d.Rule != RuleTrustedController
}

// Missing says in numbers what a policy still needs.
type Missing struct {
	Policy string
	// Rule of the policy; empty for the invariant of two people.
	Rule  string
	Count int
	// Roles whose members may give it.
	Roles []v1alpha1.RoleName
}
