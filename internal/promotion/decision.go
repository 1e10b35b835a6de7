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
	// RuleInteractive : the policy lets the session be opened.
	RuleInteractive Rule = "Interactive"
	// RuleUngated : no policy gates such changes. Nothing that runs enters by it.
	RuleUngated Rule = "Ungated"
	// RuleOpen : the policy lets every change in.
	RuleOpen Rule = "Open"
	// RuleTrustedController : a controller that the policy lists makes what it is listed for.
	RuleTrustedController Rule = "TrustedController"
	// RuleDeletion : the policy lets every deletion in.
	RuleDeletion Rule = "Deletion"
	// RuleApproved : the approvals meet the policy.
	RuleApproved Rule = "Approved"
	// RuleRollback : the content entered before, and the policy lets it return.
	RuleRollback Rule = "Rollback"
	// RuleEmergency : a holder of the role that the policy names has declared an emergency that covers the change.
	RuleEmergency Rule = "Emergency"
	// RuleNotEnforced : no rule holds, and the policy only warns or audits.
	RuleNotEnforced Rule = "NotEnforced"
)

// PolicyResult is what one policy says.
type PolicyResult struct {
	Policy      string
	Enforcement v1alpha1.Enforcement
	Rule        Rule
	// Emergency by which the change may enter; empty where by none.
	Emergency string
	Missing   []Missing
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
	return r.Rule == RuleNone && enforced(r.Enforcement)
}

// enforced : what is not known to be milder is.
func enforced(enforcement v1alpha1.Enforcement) bool {
	return enforcement != v1alpha1.EnforcementWarn && enforcement != v1alpha1.EnforcementAudit
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
	// Session : the change opens a session, and stores nothing. It is OnRecord where the same emergency has opened the
	// same before.
	Session, OnRecord bool
	// Policies that were judged, sorted by name.
	Policies []PolicyResult
}

// MayRequest tells whether asking for the change can help: there is somebody who could approve it, and no request
// stands already.
func (d Decision) MayRequest() bool {
	return !d.Allowed && d.Request == "" && len(d.Reasons) > 0 &&
		!d.has(ReasonNoPolicy) && !d.has(ReasonUnlistedController) && !d.has(ReasonAdmissionPending) &&
		!slices.ContainsFunc(d.Reasons, Reason.final)
}

// WhyHopeless says why no approval can let the change in; empty where one can.
func (d Decision) WhyHopeless() string {
	var why distinct
	for _, reason := range d.Reasons {
		if reason.final() {
			why.add(reason.Detail + "; it needs " + reason.Needs)
		}
	}
	return why.join("; ")
}

// WhyRejected says who rejects the change; empty where nobody does. Until they take it back, another request is no
// help.
func (d Decision) WhyRejected() string {
	for _, reason := range d.Reasons {
		if reason.Code == ReasonRejected {
			return reason.Detail
		}
	}
	return ""
}

// Recorded tells whether an entry by this decision is kept as a PromotionRequest. What trusted controllers make is
// in the audit trail only: its parent is gated and recorded. So is what nobody gates, and so are sessions, which bring
// nothing in, but for those that an emergency opens: somebody must review them.
func (d Decision) Recorded() bool {
	if d.Session {
		return d.Rule == RuleEmergency && !d.OnRecord
	}
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

// Bounds of what an entry records as unmet.
const (
	maxUnmet  = 512
	mostUnmet = 16
)

// Unmet says what policies asked for that only warn or audit, and the change does not have: each once, and no more than
// a record holds.
func (d Decision) Unmet() []string {
	var unmet distinct
	for _, reason := range d.Unenforced {
		if reason.Code != ReasonNotRequested {
			unmet.add(clip(reason.Detail, maxUnmet))
		}
	}
	return unmet[:min(len(unmet), mostUnmet)]
}

// Emergencies that the entry rests on.
func (d Decision) Emergencies() []string {
	var names distinct
	for _, result := range d.Policies {
		names.add(result.Emergency)
	}
	return names
}

func (d Decision) has(code ReasonCode) bool {
	return slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Code == code })
}
