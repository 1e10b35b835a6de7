// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// mayReturn: the policy lets content return that entered by approval while it was enforced, was replaced no longer
// ago than the policy says, and has not been revoked. Jobs and bare Pods never return: each run of theirs is a change
// of its own.
func mayReturn(c Case, policy v1alpha1.PromotionPolicy, now time.Time) bool {
	if policy.Spec.Rollback.Mode != v1alpha1.RollbackAllowEntered || c.Change.Operation != v1alpha1.OperationApply ||
		runsOnce(c.Change) || rejected(c) {
		return false
	}
	window := time.Duration(policy.Spec.Rollback.WithinSeconds) * time.Second
	return vouched(c.Attempts) && slices.ContainsFunc(c.Attempts, func(a Attempt) bool {
		return entered(a) && replacedWithin(a, window, now)
	})
}

// InPlace tells whether what the change would run is in place by approval already, and not revoked: to scale it from
// zero brings nothing new.
func InPlace(c Case) bool {
	return vouched(c.Attempts) && slices.ContainsFunc(c.Attempts, func(a Attempt) bool {
		return entered(a) && a.Request.Status.Entry.EndTime == nil
	})
}

func runsOnce(change Change) bool {
	return change.Object.Resource == "jobs" || change.Object.Resource == "pods"
}

// vouched: the content entered by approval, and nothing about it was revoked then or since. What entered an Open
// environment, or while nothing was enforced, vouches for nothing; a return vouches only through what it returned to.
func vouched(attempts []Attempt) bool {
	for _, attempt := range slices.Backward(attempts) {
		if revoked(attempt) {
			return false
		}
		if entered(attempt) && attempt.Request.Status.Admission.Rule == v1alpha1.EntryRuleApproved {
			return true
		}
	}
	return false
}

func entered(attempt Attempt) bool {
	return attempt.Request.Status.Entry != nil && attempt.Request.Status.Admission != nil
}

// replacedWithin: the content is in place still, or was replaced less than the window ago.
func replacedWithin(attempt Attempt, window time.Duration, now time.Time) bool {
	end := attempt.Request.Status.Entry.EndTime
	return end == nil || now.Sub(end.Time) < window
}
