// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"cmp"
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/identity"
)

// hearing is a case at one moment, with what its policies have in common worked out once.
type hearing struct {
	Case
	now       time.Time
	policies  []v1alpha1.PromotionPolicy
	directory identity.Directory
}

func hear(c Case, now time.Time) hearing {
	return hearing{Case: c, now: now, policies: governing(c), directory: identity.NewDirectory(c.Roles)}
}

// governing are the policies of the case's environment that are meant for its namespace and gate such changes, sorted
// by name. A selector that cannot be read selects everything, so that a damaged policy does not open a door.
func governing(c Case) []v1alpha1.PromotionPolicy {
	var policies []v1alpha1.PromotionPolicy
	for _, policy := range c.Policies {
		if !gates(policy, c.Change) {
			continue
		}
		matches, err := environment.Matches(c.Environment.Labels,
			[]v1alpha1.EnvironmentName{policy.Spec.Environment}, policy.Spec.NamespaceSelector)
		if matches || err != nil && policy.Spec.Environment == c.Environment.Name {
			policies = append(policies, policy)
		}
	}
	slices.SortFunc(policies, func(a, b v1alpha1.PromotionPolicy) int { return cmp.Compare(a.Name, b.Name) })
	return policies
}

// whyForeign says why a request is not for this very change here and now: what was approved for another, and what
// entered elsewhere, vouches for nothing. Empty where it is.
func (h hearing) whyForeign(request v1alpha1.PromotionRequest) string {
	switch {
	case request.Namespace != h.Environment.Namespace || request.Spec.Change.Digest != h.Change.Digest:
		return "the request is for another change"
	case request.Spec.Change.Subresource != PodSubresource(h.Change):
		return "the request is for the same content on another way, " + way(request.Spec.Change.Subresource) +
			", and not " + way(PodSubresource(h.Change))
	case request.Spec.Environment != h.Environment.Name:
		return "the request is for environment " + string(request.Spec.Environment) + ", and namespace " +
			h.Environment.Namespace + " is in " + string(h.Environment.Name) + " now"
	}
	return ""
}

// way that a change of a Pod takes.
func way(subresource v1alpha1.PodSubresource) string {
	if subresource == "" {
		return "through the Pod itself"
	}
	return "through pods/" + string(subresource)
}
