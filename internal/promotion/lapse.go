// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// WhyLapsed says why the attempt is over by now, if its change was not let in: a policy gives a request no more time.
// Empty where it is not. What is being let in does not lapse.
func WhyLapsed(c Case, attempt Attempt, now time.Time) string { return hear(c, now).whyLapsed(attempt) }

func (h hearing) whyLapsed(attempt Attempt) string {
	if attempt.Request.Status.Admission != nil {
		return ""
	}
	for _, policy := range h.policies {
		if at := lapsesAt(attempt, policy); !at.IsZero() && !h.now.Before(at) {
			return fmt.Sprintf("policy %s gives a request %s, and it was not let in by %s", policy.Name,
				duration.HumanDuration(requestTTL(policy)), at.UTC().Format(time.RFC3339))
		}
	}
	return ""
}

// lapsesAt is when the policy gives the attempt no more time. The zero time means never. A policy that only warns or
// audits ends nothing that another one waits for.
func lapsesAt(attempt Attempt, policy v1alpha1.PromotionPolicy) time.Time {
	if requestTTL(policy) == 0 || !enforced(policy.Spec.Enforcement) {
		return time.Time{}
	}
	return attempt.Request.CreationTimestamp.Add(requestTTL(policy))
}

func requestTTL(policy v1alpha1.PromotionPolicy) time.Duration {
	return time.Duration(policy.Spec.RequestTTLSeconds) * time.Second
}

// lapse : the request is over, and nobody has written so yet.
func lapse(request v1alpha1.PromotionRequest, why string) Reason {
	return Reason{
		Code:   ReasonLapsed,
		Detail: "request " + request.Name + " has lapsed: " + why,
		Needs:  "a new request; try again in a moment, and one is opened",
	}
}
