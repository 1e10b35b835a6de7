// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// requestView is one request with all that its status depends on, at one moment.
type requestView struct {
	request *v1alpha1.PromotionRequest
	c       promotion.Case
	// at is the place of the request among the attempts of the case.
	at       int
	siblings []v1alpha1.PromotionRequest
	now      time.Time
	// leaving : the object whose deletion was let in is being deleted, and not gone.
	leaving bool
}

func (v *requestView) attempt() promotion.Attempt {
	attempt := v.c.Attempts[v.at]
	attempt.Request = *v.request
	return attempt
}

// asLatest is the case as it was for this request: without the attempts that came after it.
func (v *requestView) asLatest() promotion.Case {
	c := v.c
	c.Attempts = append(slices.Clone(c.Attempts[:v.at]), v.attempt())
	return c
}

// assess writes decisions, what is missing, and the conditions into the status.
func (v *requestView) assess() {
	status := &v.request.Status
	status.ObservedGeneration = v.request.Generation
	status.Approvals = v.records()
	decision := promotion.Evaluate(v.asLatest(), v.now)
	set := conditions.On(&status.Conditions, v.request.Generation, v.now)
	v.approvedCondition(set, decision)
	v.enteredCondition(set)
	v.review(set)
	status.WaitingFor = v.summarize(set, decision)
}

// records of the decisions. Once the content has entered, what counted then stays as it was then.
func (v *requestView) records() []v1alpha1.ApprovalRecord {
	records := promotion.Records(v.c, v.attempt(), v.now)
	if v.request.Status.Entry == nil {
		return records
	}
	kept := v.request.Status.Approvals
	return append(slices.Clip(kept), records[min(len(kept), len(records)):]...)
}

func (v *requestView) approvedCondition(set conditions.Setter, decision promotion.Decision) {
	if admission := v.request.Status.Admission; admission != nil {
		set.Set(v1alpha1.ConditionApproved, approvedBy(admission.Rule), approvalReason(admission.Rule),
			"Let in by rule "+string(admission.Rule)+".")
		return
	}
	if decision.Rule == promotion.RuleApproved {
		set.Set(v1alpha1.ConditionApproved, true, v1alpha1.ReasonApproved, "Every policy is met.")
		return
	}
	set.Set(v1alpha1.ConditionApproved, false, v1alpha1.ReasonAwaitingApproval, sentence(decision))
}

func approvalReason(rule v1alpha1.EntryRule) string {
	if approvedBy(rule) {
		return v1alpha1.ReasonApproved
	}
	return v1alpha1.ReasonNotApproved
}

func approvedBy(rule v1alpha1.EntryRule) bool {
	return rule == v1alpha1.EntryRuleApproved || rule == v1alpha1.EntryRuleBaseline
}

func (v *requestView) enteredCondition(set conditions.Setter) {
	switch status := v.request.Status; {
	case status.Entry != nil:
		set.Set(v1alpha1.ConditionEntered, true, v1alpha1.ReasonEntered, "Applied by "+status.Admission.Deployer.Username+".")
	case v.leaving:
		set.Set(v1alpha1.ConditionEntered, false, v1alpha1.ReasonBeingDeleted, isLeaving)
	case status.Admission != nil:
		set.Set(v1alpha1.ConditionEntered, false, v1alpha1.ReasonAdmitted, "Let in, and not yet seen stored.")
	default:
		set.Set(v1alpha1.ConditionEntered, false, v1alpha1.ReasonNotEntered, "Not applied yet.")
	}
}

// isLeaving says of a deletion why it has not entered.
const isLeaving = "Let in. The object is being deleted, and runs on until its finalizers are gone."

// summarize sets Ready and Stalled, and returns in words what the request waits for.
func (v *requestView) summarize(set conditions.Setter, decision promotion.Decision) string {
	attempt := v.attempt()
	switch {
	case promotion.Revoked(attempt):
		set.Stalled(v1alpha1.ReasonRevoked, "Revoked. What runs keeps running, and the content cannot return.")
	case attempt.Request.Status.Entry != nil:
		set.Ready(v1alpha1.ReasonEntered, "Entered.")
	case promotion.Unobserved(attempt), promotion.Reconfigured(attempt):
		return ""
	case v.lapsed():
		set.Stalled(v1alpha1.ReasonLapsed, "Not let in while there was time. Apply the change again to ask anew.")
	case v.superseded():
		set.Stalled(v1alpha1.ReasonSuperseded, "The requester has asked for another change to the same object since.")
	case promotion.Rejected(attempt):
		set.Stalled(v1alpha1.ReasonRejected, sentence(decision))
		return decision.WaitingFor()
	case v.leaving:
		set.NotReady(v1alpha1.ReasonBeingDeleted, isLeaving)
	case attempt.Request.Status.Admission != nil:
		set.NotReady(v1alpha1.ReasonAdmitted, "Let in, and not yet seen stored.")
	case decision.Rule == promotion.RuleEmergency:
		set.Ready(v1alpha1.ReasonDeclared, "An emergency lets the change in: apply it again.")
	case decision.Allowed:
		set.Ready(v1alpha1.ReasonApproved, "The change may enter: apply it again.")
	default:
		set.NotReady(v1alpha1.ReasonAwaitingApproval, sentence(decision))
		return decision.WaitingFor()
	}
	return ""
}

// lapsed: the request was not let in while there was time. Once lapsed, it stays so, whatever a policy says later.
func (v *requestView) lapsed() bool {
	attempt := v.attempt()
	return promotion.Lapsed(attempt) || !promotion.Superseded(attempt) && promotion.WhyLapsed(v.c, attempt, v.now) != ""
}

// superseded: nobody has approved this request, and its requester has asked for another change to the same object
// since. Once superseded, a request stays so.
func (v *requestView) superseded() bool {
	if promotion.Superseded(v.attempt()) {
		return true
	}
	approvals := slices.ContainsFunc(v.request.Status.Approvals, func(r v1alpha1.ApprovalRecord) bool {
		return r.Decision == v1alpha1.DecisionApprove && r.NotCounted == ""
	})
	return !approvals && v.request.Status.Admission == nil &&
		stores(v.request.Spec.Change) &&
		slices.ContainsFunc(v.siblings, func(other v1alpha1.PromotionRequest) bool {
			return stores(other.Spec.Change) &&
				v.c.Identities.Same(other.Spec.Requester, v.request.Spec.Requester) && later(other, *v.request)
		})
}

// later tells whether a was made after b. Of two made in the same second neither is later.
func later(a, b v1alpha1.PromotionRequest) bool {
	return b.CreationTimestamp.Before(&a.CreationTimestamp)
}

// untilNextChange is how long it takes until the mere passing of time may change the status; zero is never.
func (v *requestView) untilNextChange() time.Duration {
	next := promotion.NextChange(v.c, v.now)
	if next.IsZero() || v.request.Status.Entry != nil {
		return 0
	}
	return next.Sub(v.now)
}

func (v *requestView) event(kind audit.Type, actor string) audit.Event {
	change := v.request.Spec.Change
	return audit.Event{
		Type: kind, Actor: audit.Actor{Username: actor}, Environment: string(v.request.Spec.Environment),
		Namespace: v.request.Namespace, Request: v.request.Name, Digest: string(change.Digest),
		Operation: string(change.Operation),
		Object:    audit.Object{Group: change.Group, Resource: change.Resource, Name: change.Name + change.GenerateName},
	}
}

func sentence(decision promotion.Decision) string {
	if waiting := decision.WaitingFor(); waiting != "" {
		return "Waiting for " + waiting + "."
	}
	return "Nothing is missing."
}
