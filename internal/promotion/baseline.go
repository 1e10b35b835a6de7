// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// IsBaseline tells whether the request asks for what its object held already when it was made: to have it on record.
func IsBaseline(request v1alpha1.PromotionRequest) bool {
	change := request.Spec.Change
	return change.Operation == v1alpha1.OperationApply && change.Digest != "" && change.ReplacesDigest == change.Digest
}

// MayBaseline tells whether what runs already may be put on record by the latest request: it has the approvals that
// every policy asks for, and there is one that asks. Nothing enters by it, so what holds up entries does not hold it
// up; and as nobody carries anything out, whoever is named as the requester must have opened the request.
func MayBaseline(c Case, now time.Time) bool {
	h := hear(c, now)
	attempt, ok := h.latest()
	if !ok || ended(attempt) || !IsBaseline(attempt.Request) || !openedByRequester(attempt.Request) {
		return false
	}
	asked := false
	for _, policy := range h.policies {
		if policy.Spec.Entry == v1alpha1.EntryOpen {
			continue
		}
		result := PolicyResult{Policy: policy.Name}
		if h.approved(policy, &result); len(result.Reasons) > 0 {
			return false
		}
		asked = true
	}
	return asked
}
