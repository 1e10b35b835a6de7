// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Requirement says in words what a policy asks of a change: "1 approval from release-managers; images named by digest".
func Requirement(policy v1alpha1.PromotionPolicy) string {
	var needs distinct
	needs.add(approvalsAsked(policy))
	needs.add(imagesWanted(policy))
	needs.add(deletionsFree(policy))
	if len(needs) == 0 {
		needs.add("nothing")
	}
	if policy.Spec.Entry == v1alpha1.EntryOpen {
		needs.add("recorded only")
	}
	return clip(needs.join("; "), maxRequirement)
}

// approvalsAsked is empty where nobody is asked.
func approvalsAsked(policy v1alpha1.PromotionPolicy) string {
	if policy.Spec.Entry == v1alpha1.EntryOpen {
		return ""
	}
	var rules []string
	for _, rule := range policy.Spec.Approvals {
		rules = append(rules, fmt.Sprintf("%s from %s", approvalCount(int(max(rule.Count, 1))), sources{rule.From}))
	}
	return strings.Join(rules, " and ")
}
