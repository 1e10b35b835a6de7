// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// approved: the latest request for the change is open, nobody rejects it, every approval rule of the policy is met by
// different people, and there are two people in all.
func approved(c Case, policy v1alpha1.PromotionPolicy, now time.Time, result *PolicyResult) {
	attempt, ok := c.latest()
	if !ok || ended(attempt) {
		result.deny(unasked(c))
		result.Missing = missing(c, policy, nil, c.Change.Deployer, now)
		return
	}
	for _, reject := range standing(attempt, v1alpha1.DecisionReject) {
		result.deny(ReasonRejected, "rejected by "+said(reject))
	}
	if pending(attempt, c.Change) {
		result.deny(ReasonAdmissionPending, "the change was let in at "+
			attempt.Request.Status.Admission.Time.UTC().Format(time.RFC3339)+" and is not yet seen stored; try again in a few seconds")
	}
	approvers := counted(c, policy, attempt, now)
	result.Missing = missing(c, policy, approvers, attempt.Request.Spec.Requester, now)
	for _, m := range result.Missing {
		result.deny(ReasonApprovalMissing, m.String())
	}
	if len(result.Reasons) == 0 {
		result.Rule = RuleApproved
	}
}

func (r *PolicyResult) deny(code ReasonCode, detail string) {
	r.Reasons = append(r.Reasons, Reason{Code: code, Policy: r.Policy, Detail: detail})
}

func unasked(c Case) (ReasonCode, string) {
	user := c.Change.Deployer.Username
	if user != "" && c.directory().KindOf(user) == identity.Controller {
		return ReasonUnlistedController, fmt.Sprintf("%s is neither a person nor a bot of a PipelineRole: list it under "+
			"spec.bots of a PipelineRole, so that its changes can be asked for, or under spec.trustedControllers of the policy", user)
	}
	return ReasonNotRequested, "nobody has asked for this change"
}

func said(approval v1alpha1.Approval) string {
	if approval.Spec.Comment == "" {
		return approval.Spec.Approver.Username
	}
	return fmt.Sprintf("%s: %q", approval.Spec.Approver.Username, approval.Spec.Comment)
}
