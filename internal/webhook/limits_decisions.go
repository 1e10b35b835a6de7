// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// perPerson is how often one person may approve and withdraw about one request. All decisions are read whenever the
// gate decides, and nobody shall be able to make that slow. Objections are not limited: nobody can be kept from one.
const perPerson = 10

// whyNotAgain says why the next decision of a person would say nothing new; empty where it does.
func whyNotAgain(people identity.Mapping, records []v1alpha1.ApprovalRecord, next v1alpha1.Approval) string {
	times := 0
	for _, record := range records {
		switch {
		case !people.Named(record.Approver, next.Spec.Approver):
		case record.Decision == next.Spec.Decision && stands(record):
			return fmt.Sprintf("%s has said so already, in %s", record.Approver, record.Name)
		case limited(record.Decision):
			times++
		}
	}
	if limited(next.Spec.Decision) && times >= perPerson {
		return fmt.Sprintf("%s has approved and withdrawn %d times, which is enough; only objections are taken now",
			next.Spec.Approver.Username, times)
	}
	return ""
}

func stands(record v1alpha1.ApprovalRecord) bool {
	return record.NotCounted == "" && record.Decision != v1alpha1.DecisionWithdraw
}

func limited(decision v1alpha1.ApprovalDecision) bool {
	return decision == v1alpha1.DecisionApprove || decision == v1alpha1.DecisionWithdraw
}
