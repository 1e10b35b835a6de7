// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// tooSoon: the policy wants time to pass between the request and the entry, for people to look. Where nobody has asked
// yet, the time has not begun.
func tooSoon(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	attempt, ok := h.latest()
	if policy.Spec.MinimumWaitSeconds == 0 || !ok || ended(attempt) {
		return nil
	}
	at := waitsUntil(attempt, policy)
	if !h.now.Before(at) {
		return nil
	}
	return []Reason{{
		Code: ReasonTooSoon,
		Detail: fmt.Sprintf("policy %s wants %s between the request for a change and its entry", policy.Name,
			duration.HumanDuration(wait(policy))),
		Needs: "time to pass until " + at.UTC().Format(time.RFC3339),
	}}
}

func wait(policy v1alpha1.PromotionPolicy) time.Duration {
	return time.Duration(policy.Spec.MinimumWaitSeconds) * time.Second
}

func waitsUntil(attempt Attempt, policy v1alpha1.PromotionPolicy) time.Time {
	return attempt.Request.CreationTimestamp.Add(wait(policy))
}
