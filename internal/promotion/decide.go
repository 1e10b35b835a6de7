// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// MayDecide says why a new decision about the attempt must be refused; empty where it may be made.
func MayDecide(c Case, attempt Attempt, approval v1alpha1.Approval, now time.Time) string {
	if !aboutThis(approval, attempt.Request) {
		return "it names another UID or digest than the request has: the request was made anew since you looked at it"
	}
	h := hear(c, now)
	switch approval.Spec.Decision {
	case v1alpha1.DecisionWithdraw:
		return h.mayWithdraw(attempt, approval)
	case v1alpha1.DecisionApprove:
		return h.mayApprove(attempt, approval)
	case v1alpha1.DecisionOverride:
		approval.CreationTimestamp = metav1.NewTime(now)
		return h.mayOverride(attempt, approval)
	case v1alpha1.DecisionReview:
		return h.mayReview(attempt, approval.Spec.Approver)
	case v1alpha1.DecisionReject, v1alpha1.DecisionRevoke:
		return h.mayObject(approval.Spec.Approver)
	}
	return "the decision " + named(string(approval.Spec.Decision)) + " is not known"
}

// mayApprove: an approval that would count, now that it is made.
func (h hearing) mayApprove(attempt Attempt, approval v1alpha1.Approval) string {
	if ended(attempt) {
		return "the request has ended, and nothing can enter by it any more"
	}
	if why := h.whyLapsed(attempt); why != "" {
		return "the request has lapsed: " + why
	}
	approval.CreationTimestamp = metav1.NewTime(h.now)
	return h.whyWithoutEffect(attempt.with(approval), approval)
}

// mayObject: whoever could approve somebody's change may object to any.
func (h hearing) mayObject(user v1alpha1.UserReference) string {
	if why := h.whyNobody(user); why != "" {
		return named(user.Username) + " " + why
	}
	for _, policy := range h.policies {
		if h.holdsAny(RolesOf(policy), user) {
			return ""
		}
	}
	return named(user.Username) + " is no member of a role that a policy of " + string(h.Environment.Name) + " asks"
}

func (h hearing) mayWithdraw(attempt Attempt, withdraw v1alpha1.Approval) string {
	attempt = attempt.with(withdraw)
	for _, approval := range attempt.Decisions {
		if approval.Name == withdraw.Spec.Withdraws && withdrawn(h.Identities.Mapping, approval, attempt) {
			return ""
		}
	}
	return named(withdraw.Spec.Withdraws) + " is not an Approve, Override or Reject of yours about this request"
}
