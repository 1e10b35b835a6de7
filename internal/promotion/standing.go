// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// standing decisions of one kind: about this very request, and not withdrawn. Revoke cannot be withdrawn.
func standing(attempt Attempt, decision v1alpha1.ApprovalDecision) []v1alpha1.Approval {
	var stand []v1alpha1.Approval
	for _, approval := range attempt.Decisions {
		if approval.Spec.Decision == decision && aboutThis(approval, attempt.Request) && !withdrawn(approval, attempt) {
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

// withdrawn: a later Withdraw of the same person names the decision. Decisions come in the order they were made.
func withdrawn(approval v1alpha1.Approval, attempt Attempt) bool {
	if approval.Spec.Decision == v1alpha1.DecisionRevoke || approval.Spec.Decision == v1alpha1.DecisionWithdraw {
		return false
	}
	at := slices.IndexFunc(attempt.Decisions, func(a v1alpha1.Approval) bool { return a.Name == approval.Name })
	return slices.ContainsFunc(attempt.Decisions[at+1:], func(later v1alpha1.Approval) bool {
		return later.Spec.Decision == v1alpha1.DecisionWithdraw && later.Spec.Withdraws == approval.Name &&
			aboutThis(later, attempt.Request) && identity.Same(later.Spec.Approver, approval.Spec.Approver)
	})
}
