// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// reviewChanges are the changes of requests that matter to a policy's status: a review is opened, due or closed.
var reviewChanges = predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return reviewOf(e.Object) != nil },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return !equality.Semantic.DeepEqual(reviewOf(e.ObjectOld), reviewOf(e.ObjectNew))
	},
	DeleteFunc: func(e event.DeleteEvent) bool { return reviewOf(e.Object) != nil },
}

func reviewOf(object client.Object) *v1alpha1.Review {
	if request, ok := object.(*v1alpha1.PromotionRequest); ok {
		return request.Status.Review
	}
	return nil
}

// assessMoment writes what holds at this moment only: whether changes can enter, what waits for review, which ledgers
// of images are not complete, and where the gate has a gap. It returns when to look again.
func (r *PromotionPolicyReconciler) assessMoment(
	ctx context.Context, policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace,
) (time.Duration, error) {
	freeze := &v1alpha1.Freeze{}
	err := r.Client.Get(ctx, client.ObjectKey{Name: string(policy.Spec.Environment)}, freeze)
	if apierrors.IsNotFound(err) {
		freeze = nil
	} else if err != nil {
		return 0, fmt.Errorf("look for a freeze of %s: %w", policy.Spec.Environment, err)
	}
	now := r.Clock.Now()
	state := promotion.EntryStateOf(*policy, freeze, now)
	policy.Status.EntryState = &state
	again := until(state.NextChangeTime, now)
	due, err := r.assessReviews(ctx, policy, now)
	if err != nil {
		return 0, err
	}
	look, err := r.assessLedgers(ctx, policy, namespaces, now)
	return soonest(again, soonest(due, soonest(look, assessGlass(policy, namespaces, now)))), err
}

// assessReviews says in condition Reviewed what waits for review in the environment. Without a rule for emergencies
// there is nothing to say.
func (r *PromotionPolicyReconciler) assessReviews(
	ctx context.Context, policy *v1alpha1.PromotionPolicy, now time.Time,
) (again time.Duration, err error) {
	var open v1alpha1.PromotionRequestList
	err = r.Client.List(ctx, &open, client.MatchingFields{index.RequestUnreviewed: string(policy.Spec.Environment)})
	if err != nil {
		return 0, fmt.Errorf("list what waits for review: %w", err)
	}
	var overdue, pending []string
	for _, request := range open.Items {
		if promotion.ReviewOverdue(request, now) {
			overdue = append(overdue, request.Namespace+"/"+request.Name)
			continue
		}
		pending = append(pending, request.Namespace+"/"+request.Name)
		again = soonest(again, request.Status.Review.DueTime.Sub(now)+time.Millisecond)
	}
	set := conditions.On(&policy.Status.Conditions, policy.Generation, now)
	switch {
	case len(overdue) > 0:
		set.Set(v1alpha1.ConditionReviewed, false, v1alpha1.ReasonReviewOverdue, "Overdue: "+few(overdue))
	case len(pending) > 0:
		set.Set(v1alpha1.ConditionReviewed, false, v1alpha1.ReasonReviewPending, "Pending: "+few(pending))
	case policy.Spec.Emergency == nil:
		set.Remove(v1alpha1.ConditionReviewed)
	default:
		set.Set(v1alpha1.ConditionReviewed, true, v1alpha1.ReasonReviewed, "No emergency waits for its review.")
	}
	return again, nil
}

// namedReviews is how many requests a condition names.
const namedReviews = 5

// few of them in words, always in the same order.
func few(all []string) string {
	slices.Sort(all)
	named := strings.Join(all[:min(len(all), namedReviews)], ", ")
	if more := len(all) - namedReviews; more > 0 {
		named += fmt.Sprintf(", and %d more", more)
	}
	return named
}
