// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// overridden tells whether an Override of the open request counts under the policy.
func (h hearing) overridden(policy v1alpha1.PromotionPolicy) bool {
	attempt, ok := h.latest()
	if !ok || ended(attempt) {
		return false
	}
	return slices.ContainsFunc(attempt.Decisions, func(decision v1alpha1.Approval) bool {
		return decision.Spec.Decision == v1alpha1.DecisionOverride && h.whyNoOverride(policy, attempt, decision) == ""
	})
}

// whyNoOverride says why an Override does not count under the policy; empty where it does. Like an approval it is for
// somebody else's change, and for a time.
func (h hearing) whyNoOverride(
	policy v1alpha1.PromotionPolicy, attempt Attempt, decision v1alpha1.Approval,
) string {
	user := decision.Spec.Approver
	name := named(user.Username)
	switch {
	case !aboutThis(decision, attempt.Request):
		return "it is about another request"
	case withdrawn(h.Identities.Mapping, decision, attempt):
		return "it was withdrawn"
	case policy.Spec.WindowOverride == nil:
		return "policy " + policy.Name + " lets nobody override its windows"
	case decision.DeletionTimestamp != nil:
		return "it is being deleted"
	case h.now.Sub(decision.CreationTimestamp.Time) >= approvalTTL(h.Change, policy):
		return "it is too old"
	case h.whyUncertain() != "":
		return h.whyUncertain()
	}
	if why := h.whyNobody(user); why != "" {
		return name + " " + why
	}
	if why := h.whyNotSeparate(attempt.Request, user); why != "" {
		return name + " " + why
	}
	for _, role := range policy.Spec.WindowOverride.AnyOf {
		if h.belongs(role, user) {
			return ""
		}
	}
	return name + " is no member of " + sources{{AnyOf: policy.Spec.WindowOverride.AnyOf}}.String() + ", which policy " +
		policy.Name + " asks"
}

// mayOverride : an Override that would count under one of the policies, now that it is made.
func (h hearing) mayOverride(attempt Attempt, decision v1alpha1.Approval) string {
	if ended(attempt) {
		return "the request has ended, and nothing can enter by it any more"
	}
	var why distinct
	for _, policy := range h.policies {
		if len(policy.Spec.Windows) == 0 {
			continue
		}
		reason := h.whyNoOverride(policy, attempt, decision)
		if reason == "" {
			return ""
		}
		why.add(reason)
	}
	if len(why) == 0 {
		return "no policy has windows here"
	}
	return why.join("; ")
}
