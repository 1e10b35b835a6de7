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

func waits(seconds int32) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.MinimumWaitSeconds = seconds }
}

// declarable lets members of the roles declare emergencies.
func declarable(overdue v1alpha1.OverdueReviews, roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Emergency = &v1alpha1.EmergencyRule{
			From: v1alpha1.HolderSource{AnyOf: roles}, MaxDurationSeconds: 1800, ReviewWithinSeconds: 86400, Overdue: overdue,
		}
	}
}

// frozen : sam froze the environment, until some time after noon; for good where none is given.
func frozen(lasts string) step {
	return func(c *promotion.Case) {
		c.Freeze = &v1alpha1.Freeze{
			ObjectMeta: metav1.ObjectMeta{Name: string(c.Environment.Name), CreationTimestamp: ago(time.Minute)},
			Spec: v1alpha1.FreezeSpec{
				Reason: "INC-2291, database is failing over", FrozenBy: v1alpha1.UserReference{Username: sam},
			},
		}
		if lasts != "" {
			end := metav1.NewTime(noon.Add(duration(lasts)))
			c.Freeze.Spec.ExpireTime = &end
		}
	}
}

func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

// declared : the user declared an emergency a minute ago, for what they do in so many seconds.
func declared(holder v1alpha1.UserReference, seconds int32, more ...func(*v1alpha1.Emergency)) step {
	e := v1alpha1.Emergency{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "emergency-x", CreationTimestamp: ago(time.Minute)},
		Spec:       v1alpha1.EmergencySpec{DurationSeconds: seconds, Reason: "INC-2291", Holder: holder},
	}
	for _, add := range more {
		add(&e)
	}
	return func(c *promotion.Case) { c.Emergencies = append(slices.Clone(c.Emergencies), e) }
}

// declaredFor : the user declared an emergency a minute ago, for the latest request.
func declaredFor(holder string, more ...func(*v1alpha1.Emergency)) step {
	return func(c *promotion.Case) {
		request := c.Attempts[len(c.Attempts)-1].Request
		declared(v1alpha1.UserReference{Username: holder}, 0, append([]func(*v1alpha1.Emergency){
			func(e *v1alpha1.Emergency) {
				e.Spec.Request = &v1alpha1.RequestReference{
					Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
				}
			},
		}, more...)...)(c)
	}
}

func madeBefore(age time.Duration) func(*v1alpha1.Emergency) {
	return func(e *v1alpha1.Emergency) { e.CreationTimestamp = ago(age) }
}

// unreviewed : something entered by an emergency, and its review was due so long ago.
func unreviewed(overdue time.Duration) step {
	return func(c *promotion.Case) {
		c.Unreviewed = append(slices.Clone(c.Unreviewed), v1alpha1.PromotionRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: "billing", Name: "invoices-1"},
			Spec:       v1alpha1.PromotionRequestSpec{Environment: c.Environment.Name},
			Status:     v1alpha1.PromotionRequestStatus{Review: &v1alpha1.Review{DueTime: ago(overdue)}},
		})
	}
}

// emergent : the latest request's content entered by an emergency that the holder declared, an hour before noon.
func emergent(holder, deployer string) step {
	return also(letIn(v1alpha1.EntryRuleEmergency, 0), latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Admission.Deployer = v1alpha1.UserReference{Username: deployer}
		r.Status.Admission.Emergency = &v1alpha1.EmergencyUse{Name: "emergency-x", Holder: holder, Reason: "INC-2291"}
		r.Status.Entry = &v1alpha1.Entry{Time: ago(time.Hour)}
	}))
}

func reviewed(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionReview, username, more...)
}
