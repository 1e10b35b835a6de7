// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// rejects that stand against the change. They outlive the request they were made about: a requester cannot shake one
// off by asking again.
func (c Case) rejects() []v1alpha1.Approval {
	rejects := make([]v1alpha1.Approval, 0, len(c.Attempts))
	for _, attempt := range c.Attempts {
		rejects = append(rejects, standing(attempt, v1alpha1.DecisionReject)...)
	}
	return rejects
}

// revokes that stand against the content: nobody has approved it since. A further request alone is no approval.
func (h hearing) revokes() []v1alpha1.Approval {
	for _, attempt := range slices.Backward(h.Attempts) {
		if revokes := standing(attempt, v1alpha1.DecisionRevoke); len(revokes) > 0 {
			return revokes
		}
		if h.enteredApproved(attempt) {
			return nil
		}
	}
	return nil
}

// standing objections of one kind: about this very request, and not withdrawn. Negative decisions stand even while they
// are being deleted.
func standing(attempt Attempt, decision v1alpha1.ApprovalDecision) []v1alpha1.Approval {
	var stand []v1alpha1.Approval
	for _, approval := range attempt.Decisions {
		if approval.Spec.Decision == decision && aboutThis(approval, attempt.Request) &&
			!withdrawn(nobodyElse, approval, attempt) {
			stand = append(stand, approval)
		}
	}
	return stand
}

// aboutThis: the decision names this request, this object of it, and this digest.
func aboutThis(approval v1alpha1.Approval, request v1alpha1.PromotionRequest) bool {
	ref := approval.Spec.Request
	return approval.Namespace == request.Namespace && ref.Name == request.Name && ref.UID == string(request.UID) &&
		ref.Digest == request.Spec.Change.Digest
}

// nobodyElse : an objection only the very same login takes back, whoever else may be that person.
var nobodyElse identity.Mapping

// withdrawn: a later Withdraw takes the decision back. Decisions come in the order they were made.
func withdrawn(people identity.Mapping, approval v1alpha1.Approval, attempt Attempt) bool {
	at := slices.IndexFunc(attempt.Decisions, func(a v1alpha1.Approval) bool { return a.Name == approval.Name })
	return slices.ContainsFunc(attempt.Decisions[at+1:], func(later v1alpha1.Approval) bool {
		return later.Spec.Decision == v1alpha1.DecisionWithdraw && later.Spec.Withdraws == approval.Name &&
			aboutThis(later, attempt.Request) && mayTakeBack(people, later.Spec.Approver, approval)
	})
}

// mayTakeBack: whoever may be the same person takes an approval back, but only the very same login a rejection. In
// doubt, less gets in. Nobody takes back a Revoke.
func mayTakeBack(people identity.Mapping, user v1alpha1.UserReference, approval v1alpha1.Approval) bool {
	switch approval.Spec.Decision {
	case v1alpha1.DecisionApprove, v1alpha1.DecisionOverride:
		return people.Same(user, approval.Spec.Approver)
	case v1alpha1.DecisionReject:
		return identity.Identical(user, approval.Spec.Approver)
	default:
		return false
	}
}
