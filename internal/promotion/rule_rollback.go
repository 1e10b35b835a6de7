// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// mayReturn: the policy lets content return that entered by approval while it was enforced, was replaced no longer
// ago than the policy says, and has been neither revoked nor rejected. Jobs and bare Pods never return: each run of
// theirs is a change of its own. Nor does what the API server names, since the next of a prefix is another object, nor
// do rules: what was loosened and tightened again is loosened anew. So may be every new object of a custom kind: of
// these, only what is there returns to what it was.
func (h hearing) mayReturn(policy v1alpha1.PromotionPolicy) bool {
	if policy.Spec.Rollback.Mode != v1alpha1.RollbackAllowEntered || h.Change.Operation != v1alpha1.OperationApply ||
		runsOnce(h.Change) || len(h.rejects()) > 0 {
		return false
	}
	return h.vouched() && slices.ContainsFunc(h.Attempts, func(a Attempt) bool {
		return h.entered(a) && (inPlace(a) || h.now.Before(returnsUntil(a, policy))) && len(h.differs(a)) == 0
	})
}

// InPlace tells whether what the change would run is in place by approval already, and not revoked: to scale it from
// zero brings nothing new.
func InPlace(c Case) bool {
	h := hear(c, time.Time{})
	return h.vouched() && slices.ContainsFunc(h.Attempts, func(a Attempt) bool { return h.entered(a) && inPlace(a) })
}

func runsOnce(change Change) bool {
	return neverReturns(change) || custom(change) && change.Generation == nil
}

// neverReturns : what is there does not return either to what it was.
func neverReturns(change Change) bool {
	return change.Object.Name == "" || change.Object.Resource == "jobs" || change.Object.Resource == "pods" ||
		ofRules(change)
}

// vouched: the content entered by approval, and nothing about it was revoked then or since. A return vouches only
// through what it returned to.
func (h hearing) vouched() bool {
	for _, attempt := range slices.Backward(h.Attempts) {
		if revoked(attempt) {
			return false
		}
		if h.enteredApproved(attempt) {
			return true
		}
	}
	return false
}

// entered: the content entered here by approval, or returned. What entered while the environment was open, or nothing
// was enforced, does not count.
func (h hearing) entered(attempt Attempt) bool {
	status := attempt.Request.Status
	return status.Entry != nil && status.Admission != nil && h.whyForeign(attempt.Request) == "" &&
		(byApproval(status.Admission.Rule) || status.Admission.Rule == v1alpha1.EntryRuleRollback)
}

// byApproval tells whether two people stand behind what entered by the rule.
func byApproval(rule v1alpha1.EntryRule) bool {
	return rule == v1alpha1.EntryRuleApproved || rule == v1alpha1.EntryRuleBaseline
}

// enteredApproved: it entered here by approval, and not by returning.
func (h hearing) enteredApproved(attempt Attempt) bool {
	return h.entered(attempt) && byApproval(attempt.Request.Status.Admission.Rule)
}

// inPlace: nothing has replaced what entered by the attempt.
func inPlace(attempt Attempt) bool {
	return attempt.Request.Status.Entry.EndTime == nil
}

// returnsUntil is when the policy stops letting what was replaced return.
func returnsUntil(attempt Attempt, policy v1alpha1.PromotionPolicy) time.Time {
	return attempt.Request.Status.Entry.EndTime.Add(time.Duration(policy.Spec.Rollback.WithinSeconds) * time.Second)
}
