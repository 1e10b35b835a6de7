// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Records says of every decision about the attempt whether it counts, and if not, why.
func Records(c Case, attempt Attempt, now time.Time) []v1alpha1.ApprovalRecord {
	h := hear(c, now)
	records := make([]v1alpha1.ApprovalRecord, 0, len(attempt.Decisions))
	for _, approval := range attempt.Decisions {
		records = append(records, v1alpha1.ApprovalRecord{
			Name:       approval.Name,
			Decision:   approval.Spec.Decision,
			Approver:   approval.Spec.Approver.Username,
			Time:       approval.CreationTimestamp,
			NotCounted: clip(h.whyWithoutEffect(attempt, approval), maxNotCounted),
		})
	}
	return records
}

// whyWithoutEffect says why a decision of any kind has no effect; empty where it has.
func (h hearing) whyWithoutEffect(attempt Attempt, approval v1alpha1.Approval) string {
	switch {
	case !aboutThis(approval, attempt.Request):
		return "it is about another request"
	case withdrawn(h.Identities.Mapping, approval, attempt):
		return "it was withdrawn"
	case approval.Spec.Decision == v1alpha1.DecisionOverride:
		return h.mayOverride(attempt, approval)
	case approval.Spec.Decision == v1alpha1.DecisionReview:
		return h.mayReview(attempt, approval.Spec.Approver)
	case approval.Spec.Decision != v1alpha1.DecisionApprove:
		return ""
	}
	var why distinct
	for _, policy := range h.policies {
		if policy.Spec.Entry == v1alpha1.EntryOpen {
			continue
		}
		reason := h.whyNotCounted(policy, attempt, approval)
		if reason == "" {
			return ""
		}
		why.add(reason)
	}
	if len(why) == 0 {
		return "no policy asks for approvals here"
	}
	return why.join("; ")
}

// NextChange is when the passing of time may change the decision of the case: an approval, a request, a membership or
// the time for a rollback runs out. The zero time means never.
func NextChange(c Case, now time.Time) time.Time {
	var next time.Time
	for _, at := range moments(c, now) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// moments at which something begins or runs out.
func moments(c Case, now time.Time) []time.Time {
	var at []time.Time
	for _, policy := range governing(c) {
		at = append(at, windowMoment(policy, now))
		for _, attempt := range c.Attempts {
			at = append(at, momentsOf(c.Change, attempt, policy)...)
		}
	}
	if c.Freeze != nil && c.Freeze.Spec.ExpireTime != nil {
		at = append(at, c.Freeze.Spec.ExpireTime.Time)
	}
	at = append(at, soakMoments(c)...)
	for _, request := range c.Unreviewed {
		at = append(at, request.Status.Review.DueTime.Time)
	}
	for _, role := range c.Roles {
		for _, member := range role.Spec.Members {
			for _, moment := range []*metav1.Time{member.StartTime, member.ExpireTime} {
				if moment != nil {
					at = append(at, moment.Time)
				}
			}
		}
	}
	return at
}

// soakMoments are when something will have been available elsewhere for long enough.
func soakMoments(c Case) []time.Time {
	var at []time.Time
	for _, policy := range governing(c) {
		if policy.Spec.PromotedFrom == nil {
			continue
		}
		for _, source := range policy.Spec.PromotedFrom.Sources {
			for _, request := range c.Sources {
				if request.Status.Entry != nil {
					at = append(at, soakedAt(request, time.Duration(source.SoakSeconds)*time.Second))
				}
			}
		}
	}
	return at
}

func momentsOf(change Change, attempt Attempt, policy v1alpha1.PromotionPolicy) []time.Time {
	at := []time.Time{waitsUntil(attempt, policy)}
	if !ended(attempt) && attempt.Request.Status.Admission == nil {
		at = append(at, lapsesAt(attempt, policy))
	}
	for _, approval := range attempt.Decisions {
		at = append(at, approval.CreationTimestamp.Add(approvalTTL(change, policy)))
	}
	if attempt.Request.Status.Entry != nil && !inPlace(attempt) {
		at = append(at, returnsUntil(attempt, policy))
	}
	return at
}
