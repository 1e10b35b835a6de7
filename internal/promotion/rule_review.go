// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// reviewOverdue: what entered by an emergency has not been reviewed in time, and the policy wants that first.
func reviewOverdue(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	if policy.Spec.Emergency == nil || policy.Spec.Emergency.Overdue != v1alpha1.OverdueBlockEntry {
		return nil
	}
	var reasons []Reason
	for _, request := range h.Unreviewed {
		if ReviewOverdue(request, h.now) {
			reasons = append(reasons, Reason{
				Code: ReasonReviewOverdue,
				Detail: fmt.Sprintf("the review of emergency entry %s in namespace %s is overdue since %s", request.Name,
					request.Namespace, request.Status.Review.DueTime.UTC().Format(time.RFC3339)),
				Needs:   "its review by somebody who had no part in it",
				Command: command("review", request.Name, request.Namespace),
			})
		}
	}
	return reasons
}

// ReviewOverdue tells whether the request entered by an emergency and has not been reviewed in time.
func ReviewOverdue(request v1alpha1.PromotionRequest, now time.Time) bool {
	review := request.Status.Review
	return review != nil && review.Reviewer == "" && now.After(review.DueTime.Time)
}

// ReviewDue is by when the entry of the attempt must be reviewed: the shortest time that a policy gives. The zero time:
// it need not be.
func ReviewDue(c Case, attempt Attempt) time.Time {
	var due time.Time
	since := enteredAt(attempt)
	if !byEmergency(attempt) || since.IsZero() {
		return due
	}
	for _, policy := range governing(c) {
		if policy.Spec.Emergency != nil {
			within := time.Duration(policy.Spec.Emergency.ReviewWithinSeconds) * time.Second
			if at := since.Add(within); due.IsZero() || at.Before(due) {
				due = at
			}
		}
	}
	if due.IsZero() {
		return since
	}
	return due
}

// enteredAt is when the attempt entered, or began to: what finalizers keep from being gone is reviewed before. Zero
// where it has not.
func enteredAt(attempt Attempt) time.Time {
	switch status := attempt.Request.Status; {
	case status.Entry != nil:
		return status.Entry.Time.Time
	case status.Admission != nil && BeingDeleted(attempt):
		return status.Admission.Time.Time
	}
	return time.Time{}
}

// ReviewOf is the first review of the attempt that counts, if there is one.
func ReviewOf(c Case, attempt Attempt, now time.Time) (v1alpha1.Approval, bool) {
	h := hear(c, now)
	for _, review := range attempt.Decisions {
		if review.Spec.Decision == v1alpha1.DecisionReview && aboutThis(review, attempt.Request) &&
			h.mayReview(attempt, review.Spec.Approver) == "" {
			return review, true
		}
	}
	return v1alpha1.Approval{}, false
}

// mayReview: whoever could approve somebody's change may review an emergency that they had no part in; where nobody
// approves, whoever could declare one.
func (h hearing) mayReview(attempt Attempt, user v1alpha1.UserReference) string {
	if !byEmergency(attempt) || enteredAt(attempt).IsZero() {
		return "the request has not entered by an emergency"
	}
	admission := attempt.Request.Status.Admission
	switch {
	case h.whyUncertain() != "":
		return h.whyUncertain()
	case h.Identities.Same(user, admission.Deployer):
		return named(user.Username) + " carried the change out"
	case admission.Emergency != nil && h.Identities.Same(user, holderOf(*admission.Emergency)):
		return named(user.Username) + " declared the emergency"
	}
	if why := h.whyNotSeparate(attempt.Request, user); why != "" {
		return named(user.Username) + " " + why
	}
	if h.mayDeclareUnapproved(user) {
		return ""
	}
	return h.mayObject(user)
}

func holderOf(use v1alpha1.EmergencyUse) v1alpha1.UserReference {
	return v1alpha1.UserReference{Username: use.Holder, UID: use.HolderUID}
}

// mayDeclareUnapproved : the user could declare an emergency where nobody approves, and so nobody else could review.
func (h hearing) mayDeclareUnapproved(user v1alpha1.UserReference) bool {
	return slices.ContainsFunc(h.policies, func(policy v1alpha1.PromotionPolicy) bool {
		return len(policy.Spec.Approvals) == 0 && h.whyNotHolder(policy, user) == ""
	})
}

func byEmergency(attempt Attempt) bool {
	admission := attempt.Request.Status.Admission
	return admission != nil && admission.Rule == v1alpha1.EntryRuleEmergency
}
