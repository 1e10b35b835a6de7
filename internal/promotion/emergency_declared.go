// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// WhyNoEmergency says why a new emergency would let nothing in, whatever comes; empty where it may. The case is that of
// the request it names, or has no change.
func WhyNoEmergency(c Case, emergency v1alpha1.Emergency, now time.Time) string {
	h := hear(c, now)
	if len(h.policies) == 0 {
		return noPolicy(c.Environment).Detail
	}
	if emergency.Spec.Request != nil && !h.covers(emergency) {
		return "spec.request does not name the open request for its change; look at it again"
	}
	var why distinct
	for _, policies := range h.together(emergency) {
		refusals := h.whyNotHolders(policies, emergency.Spec.Holder)
		if len(refusals) == 0 {
			return ""
		}
		for _, refusal := range refusals {
			why.add(refusal)
		}
	}
	return why.join("; ")
}

// together are the policies that judge a change that the emergency may cover, by its gate where it names no request.
func (h hearing) together(emergency v1alpha1.Emergency) [][]v1alpha1.PromotionPolicy {
	if emergency.Spec.Request != nil {
		return [][]v1alpha1.PromotionPolicy{h.policies}
	}
	byGate := map[string][]v1alpha1.PromotionPolicy{}
	for _, policy := range h.policies {
		for _, gate := range Gates(policy) {
			key := fmt.Sprint(gate.Type, " ", gate.Resource.Group, "/", gate.Resource.Resource)
			byGate[key] = append(byGate[key], policy)
		}
	}
	all := make([][]v1alpha1.PromotionPolicy, 0, len(byGate))
	for _, key := range slices.Sorted(maps.Keys(byGate)) {
		all = append(all, byGate[key])
	}
	return all
}

// whyNotHolders says of the policies that hold anything up why they do not let the user declare an emergency.
func (h hearing) whyNotHolders(policies []v1alpha1.PromotionPolicy, user v1alpha1.UserReference) (why distinct) {
	for _, policy := range policies {
		if enforced(policy.Spec.Enforcement) && policy.Spec.Entry != v1alpha1.EntryOpen {
			why.add(h.whyNotHolder(policy, user))
		}
	}
	return why
}

// EmergencyEnds is when the emergency lets nothing in any more under any policy of the namespace. The zero time: it
// never did.
func EmergencyEnds(c Case, emergency v1alpha1.Emergency) time.Time {
	var end time.Time
	for _, policy := range governing(c) {
		if at := endsUnder(policy, emergency); at.After(end) {
			end = at
		}
	}
	return end
}
