// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// decided adds a decision about the latest request.
func decided(
	decision v1alpha1.ApprovalDecision, username string, more ...func(*v1alpha1.Approval),
) step {
	return func(c *promotion.Case) {
		last := &c.Attempts[len(c.Attempts)-1]
		approval := nextDecision(*last, decision, username)
		for _, add := range more {
			add(&approval)
		}
		c.Attempts = slices.Clone(c.Attempts)
		last = &c.Attempts[len(c.Attempts)-1]
		last.Decisions = append(slices.Clone(last.Decisions), approval)
	}
}

// nextDecision is the next decision about an attempt.
func nextDecision(
	attempt promotion.Attempt, decision v1alpha1.ApprovalDecision, username string,
) v1alpha1.Approval {
	return v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         attempt.Request.Namespace,
			Name:              promotion.ApprovalName(attempt.Request.Name, len(attempt.Decisions)+1),
			CreationTimestamp: ago(time.Hour),
		},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: attempt.Request.Name, UID: string(attempt.Request.UID), Digest: attempt.Request.Spec.Change.Digest,
			},
			Decision: decision, Approver: v1alpha1.UserReference{Username: username},
		},
	}
}

func approved(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionApprove, username, more...)
}

func rejected(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionReject, username, more...)
}

func revoked(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionRevoke, username, more...)
}

// withdrew takes back the n-th decision about the latest request.
func withdrew(username string, n int, more ...func(*v1alpha1.Approval)) step {
	return func(c *promotion.Case) {
		request := c.Attempts[len(c.Attempts)-1].Request.Name
		decided(v1alpha1.DecisionWithdraw, username, append(more, func(a *v1alpha1.Approval) {
			a.Spec.Withdraws = promotion.ApprovalName(request, n)
		})...)(c)
	}
}

func since(age time.Duration) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.CreationTimestamp = ago(age) }
}

func saying(comment string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Comment = comment }
}

func inGroups(groups ...string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Approver.Groups = groups }
}

func withUID(uid string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Approver.UID = uid }
}

func beingDeleted(a *v1alpha1.Approval) {
	now := metav1.NewTime(noon)
	a.DeletionTimestamp = &now
}
