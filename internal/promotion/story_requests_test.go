// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// asked opens a further request for the change.
func asked(username string, more ...func(*v1alpha1.PromotionRequest)) step {
	return func(c *promotion.Case) {
		change := v1alpha1.Change{
			Operation: c.Change.Operation, Group: c.Change.Object.Group, Version: "v1", Resource: c.Change.Object.Resource,
			Name: c.Change.Object.Name, GenerateName: c.Change.Object.GenerateName, Digest: c.Change.Digest,
			Subresource: promotion.PodSubresource(c.Change),
		}
		name := promotion.NextRequestName(change, c.Attempts)
		user := v1alpha1.UserReference{Username: username}
		request := v1alpha1.PromotionRequest{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", Name: name, UID: types.UID("uid of " + name), CreationTimestamp: ago(2 * time.Hour),
			},
			Spec: v1alpha1.PromotionRequestSpec{
				Environment: c.Environment.Name, Change: change, Requester: user, OpenedBy: user,
			},
		}
		for _, add := range more {
			add(&request)
		}
		c.Attempts = append(slices.Clone(c.Attempts), promotion.Attempt{Request: request})
	}
}

func by(authors ...string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		for _, name := range authors {
			r.Spec.Authors = append(r.Spec.Authors, v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorDeclared})
		}
	}
}

// byGate : the gate opened the request, in the name of whoever it turned away.
func byGate(r *v1alpha1.PromotionRequest) {
	r.Spec.OpenedBy = v1alpha1.UserReference{Username: operator}
}

// latest lets something happen to the latest request.
func latest(happen func(*v1alpha1.PromotionRequest)) step {
	return func(c *promotion.Case) {
		c.Attempts = slices.Clone(c.Attempts)
		happen(&c.Attempts[len(c.Attempts)-1].Request)
	}
}

// letIn records that the latest request's change was let in, of an object of that generation; 0 is a new object.
func letIn(rule v1alpha1.EntryRule, generation int64) step {
	return latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Admission = &v1alpha1.Admission{Time: ago(time.Minute), Rule: rule, ObjectGeneration: pointer(generation)}
	})
}

func pointer(generation int64) *int64 {
	if generation == 0 {
		return nil
	}
	return &generation
}

// entered : the latest request's content entered by the rule and is in place.
func entered(rule v1alpha1.EntryRule) step {
	return also(letIn(rule, 0), latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Entry = &v1alpha1.Entry{Time: ago(30 * day)}
	}))
}

// replaced : other content took the place of what entered last.
func replaced(since time.Duration) step {
	end := ago(since)
	return latest(func(r *v1alpha1.PromotionRequest) { r.Status.Entry.EndTime = &end })
}

func stalled(reason string) step {
	return latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Conditions = append(slices.Clone(r.Status.Conditions), metav1.Condition{
			Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: reason,
		})
	})
}
