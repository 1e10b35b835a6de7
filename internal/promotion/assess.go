// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"strings"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// WaitingFor says in words what the change still needs; empty where nothing.
func (d Decision) WaitingFor() string {
	if d.Allowed {
		return ""
	}
	var parts []string
	for _, reason := range d.Reasons {
		parts = append(parts, reason.Detail)
	}
	return strings.Join(parts, "; ")
}

// Records says of every decision about the attempt whether it counts, and if not, why.
func Records(c Case, attempt Attempt, now time.Time) []v1alpha1.ApprovalRecord {
	records := make([]v1alpha1.ApprovalRecord, 0, len(attempt.Decisions))
	for _, approval := range attempt.Decisions {
		records = append(records, v1alpha1.ApprovalRecord{
			Name:       approval.Name,
			Decision:   approval.Spec.Decision,
			Approver:   approval.Spec.Approver.Username,
			Time:       approval.CreationTimestamp,
			NotCounted: whyWithoutEffect(c, attempt, approval, now),
		})
	}
	return records
}

// whyWithoutEffect says why a decision of any kind has no effect; empty where it has.
func whyWithoutEffect(c Case, attempt Attempt, approval v1alpha1.Approval, now time.Time) string {
	switch {
	case !aboutThis(approval, attempt.Request):
		return "it is about another request"
	case withdrawn(approval, attempt):
		return "it was withdrawn"
	case approval.Spec.Decision != v1alpha1.DecisionApprove:
		return ""
	}
	why := "no policy asks for approvals here"
	for _, policy := range c.policies() {
		if policy.Spec.Entry == v1alpha1.EntryOpen {
			continue
		}
		if why = whyNotCounted(c, policy, attempt, approval, now); why == "" {
			return ""
		}
	}
	return why
}

// MayDecide says why a new decision about the attempt must be refused; empty where it may be made.
func MayDecide(c Case, attempt Attempt, approval v1alpha1.Approval, now time.Time) string {
	if !aboutThis(approval, attempt.Request) {
		return "it names another UID or digest than the request has: the request was made anew since you looked at it"
	}
	switch approval.Spec.Decision {
	case v1alpha1.DecisionWithdraw:
		return mayWithdraw(attempt, approval)
	case v1alpha1.DecisionApprove:
		if ended(attempt) {
			return "the request has ended, and nothing can enter by it any more"
		}
		return whyWithoutEffect(c, attempt, approval, now)
	case v1alpha1.DecisionReject, v1alpha1.DecisionRevoke:
		return mayObject(c, approval, now)
	}
	return "the decision " + string(approval.Spec.Decision) + " is not known"
}

// mayObject: whoever could approve somebody's change may object to any.
func mayObject(c Case, approval v1alpha1.Approval, now time.Time) string {
	approver := approval.Spec.Approver
	if kind := c.directory().KindOf(approver.Username); !c.directory().IsPerson(approver.Username) {
		return notAPerson(approver.Username, kind)
	}
	for _, policy := range c.policies() {
		if holdsAny(c, RolesOf(policy), approver, now) {
			return ""
		}
	}
	return approver.Username + " is not a member of a role that a policy of " + string(c.Environment.Name) + " names"
}

func mayWithdraw(attempt Attempt, withdraw v1alpha1.Approval) string {
	attempt.Decisions = append(attempt.Decisions[:len(attempt.Decisions):len(attempt.Decisions)], withdraw)
	for _, approval := range attempt.Decisions {
		if approval.Name == withdraw.Spec.Withdraws && withdrawn(approval, attempt) {
			return ""
		}
	}
	return "it withdraws " + withdraw.Spec.Withdraws + ", which is not an Approve or Reject of yours about this request"
}

// NextChange is when the passing of time may change the decision of the case: an approval or a membership runs out.
// The zero time means never.
func NextChange(c Case, now time.Time) time.Time {
	var next time.Time
	consider := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, policy := range c.policies() {
		ttl := time.Duration(policy.Spec.ApprovalTTLSeconds) * time.Second
		for _, attempt := range c.Attempts {
			for _, approval := range attempt.Decisions {
				consider(approval.CreationTimestamp.Add(ttl))
			}
		}
	}
	for _, role := range c.Roles {
		for _, member := range role.Spec.Members {
			if member.ExpireTime != nil {
				consider(member.ExpireTime.Time)
			}
		}
	}
	return next
}
