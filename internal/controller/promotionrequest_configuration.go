// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	// lookedUpAgain is how long it takes to look again whether a ConfigMap or Secret was stored.
	lookedUpAgain = time.Second
	// stillThere is how often to look whether it holds what entered.
	stillThere = 5 * time.Minute
)

// unwatched tells whether the change is of a ConfigMap or Secret. The operator may read them one by one, and watches
// none: it would hold all the Secrets of an environment in memory. Rules are watched for what they say, and not reduced
// to what was let in.
func unwatched(change v1alpha1.Change) bool {
	gate, _ := workload.Gate(resourceOf(change))
	return gate == v1alpha1.GateConfiguration || gate == v1alpha1.GateRules
}

// lookUp looks whether what was let in was stored. It returns when to look again.
func (r *PromotionRequestReconciler) lookUp(ctx context.Context, view *requestView) (time.Duration, error) {
	if view.now.Sub(view.request.Status.Admission.Time.Time) >= r.WriteTimeout {
		return r.settle(ctx, view)
	}
	stored, err := r.storedNow(ctx, view.request)
	if err != nil && !apierrors.IsForbidden(err) {
		return 0, err
	}
	if seen, ok := storedAs(stored, view.request.Spec.Change); ok && err == nil && view.fits(seen) {
		seen.at = view.now
		view.enter(seen)
		return stillThere, nil
	}
	view.leaves(stored)
	return lookedUpAgain, nil
}

// lookWhetherItStays marks when other content took the place of what entered. Where the operator may not read it any
// more, nobody gates it any more.
func (r *PromotionRequestReconciler) lookWhetherItStays(
	ctx context.Context, view *requestView,
) (time.Duration, error) {
	stored, err := r.storedNow(ctx, view.request)
	if err != nil {
		if apierrors.IsForbidden(err) {
			return 0, nil
		}
		return 0, err
	}
	if _, stays := storedAs(stored, view.request.Spec.Change); stays {
		return stillThere, nil
	}
	end := metav1.NewTime(view.now).Rfc3339Copy()
	view.request.Status.Entry.EndTime = &end
	return 0, nil
}
