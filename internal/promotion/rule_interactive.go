// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// interactive judges a session in what runs. It brings nothing in and uses nothing up: an approval is for one person
// and one Pod, and lets sessions be opened until its time is over.
func (h hearing) interactive(policy v1alpha1.PromotionPolicy, result *PolicyResult) {
	switch policy.Spec.Interactive.Mode {
	case v1alpha1.InteractiveAllow, "":
	case v1alpha1.InteractiveRequireApproval:
		h.approved(policy, result)
	default:
		h.reject(result)
		h.recall(result)
		result.deny(noSessions(policy))
	}
	result.enter(RuleInteractive)
}

func noSessions(policy v1alpha1.PromotionPolicy) Reason {
	return Reason{
		Code:   ReasonNoSessions,
		Detail: fmt.Sprintf("policy %s lets nobody open sessions in what runs", policy.Name),
		Needs:  "an emergency, where a policy lets somebody declare one; logs and events may do",
	}
}

// approvalTTL is how long an approval of the change counts under the policy.
func approvalTTL(change Change, policy v1alpha1.PromotionPolicy) time.Duration {
	if change.Operation == v1alpha1.OperationConnect {
		return time.Duration(policy.Spec.Interactive.SessionSeconds) * time.Second
	}
	return time.Duration(policy.Spec.ApprovalTTLSeconds) * time.Second
}
