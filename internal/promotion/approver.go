// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// counted are the approvals of the attempt that count under the policy.
func counted(c Case, policy v1alpha1.PromotionPolicy, attempt Attempt, now time.Time) []v1alpha1.Approval {
	var count []v1alpha1.Approval
	for _, approval := range attempt.Decisions {
		if whyNotCounted(c, policy, attempt, approval, now) == "" {
			count = append(count, approval)
		}
	}
	return count
}

// whyNotCounted says why an approval does not count under the policy; empty where it does.
func whyNotCounted(
	c Case, policy v1alpha1.PromotionPolicy, attempt Attempt, approval v1alpha1.Approval, now time.Time,
) string {
	ttl := time.Duration(policy.Spec.ApprovalTTLSeconds) * time.Second
	switch {
	case approval.Spec.Decision != v1alpha1.DecisionApprove:
		return "it is no approval"
	case !aboutThis(approval, attempt.Request):
		return "it is about another request"
	case approval.DeletionTimestamp != nil:
		return "it is being deleted"
	case withdrawn(approval, attempt):
		return "it was withdrawn"
	case now.Sub(approval.CreationTimestamp.Time) >= ttl:
		return fmt.Sprintf("it is older than the %s that policy %s lets an approval count", ttl, policy.Name)
	}
	if why := whyNotSeparate(c, policy, attempt.Request, approval.Spec.Approver); why != "" {
		return why
	}
	if !holdsAny(c, RolesOf(policy), approval.Spec.Approver, now) {
		return fmt.Sprintf("%s is not a member of a role that policy %s names", approval.Spec.Approver.Username, policy.Name)
	}
	return ""
}

// whyNotSeparate says why the approver is not a person apart from those who made the change.
func whyNotSeparate(
	c Case, policy v1alpha1.PromotionPolicy, request v1alpha1.PromotionRequest, approver v1alpha1.UserReference,
) string {
	if kind := c.directory().KindOf(approver.Username); kind != identity.Person {
		return notAPerson(approver.Username, kind)
	}
	switch {
	case identity.Same(approver, request.Spec.Requester):
		return approver.Username + " asked for the change"
	case openedByAnother(request) && identity.Same(approver, request.Spec.OpenedBy):
		return approver.Username + " opened the request"
	case slices.ContainsFunc(request.Spec.Authors, func(a v1alpha1.Author) bool { return identity.Named(a.Name, approver) }):
		return approver.Username + " is an author of the change"
	case excludesDeployer(policy) && c.Change.Deployer.Username != "" && identity.Same(approver, c.Change.Deployer):
		return approver.Username + " is carrying the change out"
	}
	return ""
}

func notAPerson(username string, kind identity.Kind) string {
	if kind == identity.Unknown {
		return fmt.Sprintf("the name %+q could be mistaken for another", username)
	}
	return username + " is not a person"
}

func openedByAnother(request v1alpha1.PromotionRequest) bool {
	return request.Spec.OpenedBy.Username != request.Spec.Requester.Username
}

func excludesDeployer(policy v1alpha1.PromotionPolicy) bool {
	return slices.Contains(policy.Spec.Separation.ApproverMustNotBe, v1alpha1.PartyDeployer)
}
