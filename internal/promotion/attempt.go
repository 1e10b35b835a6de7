// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Ended tells whether nothing can enter by the request any more: its one entry has happened, or may have, or it was
// revoked or superseded, or has lapsed. It goes by what is written, and not by the clock: another request for the same
// change is made only where everybody can read that this one has ended.
func Ended(attempt Attempt) bool { return ended(attempt) }

// Revoked tells whether a Revoke stands against the attempt.
func Revoked(attempt Attempt) bool { return revoked(attempt) }

// Rejected tells whether a Reject stands against the attempt.
func Rejected(attempt Attempt) bool { return len(standing(attempt, v1alpha1.DecisionReject)) > 0 }

// Superseded tells whether the attempt has given way to a later one of the same requester.
func Superseded(attempt Attempt) bool { return stalledFor(attempt, v1alpha1.ReasonSuperseded) }

// Lapsed tells whether it is written that the attempt has lapsed.
func Lapsed(attempt Attempt) bool { return stalledFor(attempt, v1alpha1.ReasonLapsed) }

// Reconfigured tells whether it is written that what the attempt refers to, or would replace, is no longer what it was.
func Reconfigured(attempt Attempt) bool {
	return stalledFor(attempt, v1alpha1.ReasonConfigurationChanged) ||
		stalledFor(attempt, v1alpha1.ReasonReplacedChanged)
}

// Unobserved tells whether the attempt let a change in of which nobody knows whether it was stored.
func Unobserved(attempt Attempt) bool { return stalledFor(attempt, v1alpha1.ReasonNotObserved) }

// BeingDeleted tells whether it is written that the deletion has begun, and the object is not gone.
func BeingDeleted(attempt Attempt) bool {
	entered := meta.FindStatusCondition(attempt.Request.Status.Conditions, v1alpha1.ConditionEntered)
	return entered != nil && entered.Reason == v1alpha1.ReasonBeingDeleted
}

func ended(attempt Attempt) bool {
	return attempt.Request.Status.Entry != nil || revoked(attempt) || Superseded(attempt) || Lapsed(attempt) ||
		Unobserved(attempt) || Reconfigured(attempt)
}

func revoked(attempt Attempt) bool {
	return len(standing(attempt, v1alpha1.DecisionRevoke)) > 0 || stalledFor(attempt, v1alpha1.ReasonRevoked)
}

func stalledFor(attempt Attempt, reason string) bool {
	stalled := meta.FindStatusCondition(attempt.Request.Status.Conditions, v1alpha1.ConditionStalled)
	return stalled != nil && stalled.Status == "True" && stalled.Reason == reason
}

// pending tells whether the attempt let a change in of which nothing is known yet. The same write tried again against
// the same generation of its object cannot have been stored before, and is not held up, nor, where the generation
// stays, against the same resource version; nor is a session, of which nothing is stored.
func pending(attempt Attempt, change Change) bool {
	admission := attempt.Request.Status.Admission
	if admission == nil || change.Operation == v1alpha1.OperationConnect {
		return false
	}
	if admission.ObjectResourceVersion != change.ResourceVersion {
		return true
	}
	before, now := admission.ObjectGeneration, change.Generation
	return before == nil || now == nil || *before != *now
}

// with is the attempt as it would be with one more decision.
func (a Attempt) with(decision v1alpha1.Approval) Attempt {
	a.Decisions = append(slices.Clip(a.Decisions), decision)
	return a
}
