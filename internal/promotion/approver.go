// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// counted are the approvals of the attempt that count under the policy. Of those that do not, ignored says why.
func (h hearing) counted(
	policy v1alpha1.PromotionPolicy, attempt Attempt,
) (count []v1alpha1.Approval, ignored []string) {
	for _, approval := range attempt.Decisions {
		if approval.Spec.Decision != v1alpha1.DecisionApprove {
			continue
		}
		if why := h.whyNotCounted(policy, attempt, approval); why != "" {
			ignored = append(ignored, fmt.Sprintf("approval by %s: %s", named(approval.Spec.Approver.Username), why))
			continue
		}
		count = append(count, approval)
	}
	return count, ignored
}

// whyNotCounted says why an Approve does not count under the policy; empty where it does.
func (h hearing) whyNotCounted(policy v1alpha1.PromotionPolicy, attempt Attempt, approval v1alpha1.Approval) string {
	ttl := approvalTTL(h.Change, policy)
	switch {
	case !aboutThis(approval, attempt.Request):
		return "it is about another request"
	case approval.DeletionTimestamp != nil:
		return "it is being deleted"
	case withdrawn(h.Identities.Mapping, approval, attempt):
		return "it was withdrawn"
	case h.now.Sub(approval.CreationTimestamp.Time) >= ttl:
		return fmt.Sprintf("it is older than the %s that policy %s lets an approval count",
			duration.HumanDuration(ttl), policy.Name)
	}
	if why := cmp.Or(h.whyForeign(attempt.Request), h.whyUncertain()); why != "" {
		return why
	}
	return h.whyNotApprover(policy, attempt.Request, approval.Spec.Approver)
}

// whyNotApprover says why the policy does not let the user approve the request; empty where it does.
func (h hearing) whyNotApprover(
	policy v1alpha1.PromotionPolicy, request v1alpha1.PromotionRequest, user v1alpha1.UserReference,
) string {
	name := named(user.Username)
	if why := h.whyNobody(user); why != "" {
		return name + " " + why
	}
	if why := h.whyNotSeparate(request, user); why != "" {
		return name + " " + why
	}
	if excludesDeployer(policy) && h.Identities.Same(user, h.Change.Deployer) {
		return name + " is carrying the change out, and policy " + policy.Name + " lets nobody do both"
	}
	if !h.mayGiveAny(policy, user) {
		if why := h.whyConflicted(RolesOf(policy), user); why != "" {
			return name + " " + why
		}
		return fmt.Sprintf("%s is no member of %s, which policy %s asks", name, sourcesOf(policy).list(""), policy.Name)
	}
	return ""
}

// whyNobody says why the user counts for no person; empty for a person.
func (h hearing) whyNobody(user v1alpha1.UserReference) string {
	switch h.directory.KindOf(user.Username) {
	case identity.Person:
		return ""
	case identity.Unknown:
		return "could be mistaken for another: " + identity.CheckName(user.Username).Error()
	default:
		return "is not a person"
	}
}

func excludesDeployer(policy v1alpha1.PromotionPolicy) bool {
	return slices.Contains(policy.Spec.Separation.ApproverMustNotBe, v1alpha1.PartyDeployer)
}
