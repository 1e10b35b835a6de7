// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// PromotionRequestReconciler keeps the status of PromotionRequests and Approvals: who decided what, what is missing,
// and whether the content has entered. An entry is marked when the content is seen stored after the gate let it in,
// not before: what the gate allowed, a later admission plugin may still have refused.
type PromotionRequestReconciler struct {
	Client client.Client
	// Live reads a workload past the cache, for a change whose fate the watches have not shown.
	Live  client.Reader
	Audit *audit.Log
	Clock clock.PassiveClock
	// Evidence reads cases, all from the cache.
	Evidence evidence.Reader
	// Configuration seals the Secrets whose fate is looked up.
	Configuration configuration.Reader
	// WriteTimeout is how long after a change was let in it may still be stored; its fate is looked up then, where the
	// watches have not shown it.
	WriteTimeout time.Duration

	// Kinds are those watched besides workloads.
	Kinds *GatedKinds

	sightings *sightings
	// watchMore has another kind watched. It is for Kinds, once the controller runs: before, one kind that cannot be read
	// would keep the rest from being watched.
	watchMore func(watched client.Object) error
	// watching is since when the watches have been shown everything.
	watching time.Time
}

// Reconcile brings the status of one request, and of the decisions about it, up to date.
func (r *PromotionRequestReconciler) Reconcile(ctx context.Context, key reconcile.Request) (reconcile.Result, error) {
	if r.watching.IsZero() {
		r.watching = r.Clock.Now()
		r.Kinds.start(r.watchMore)
	}
	if key == (reconcile.Request{}) {
		return reconcile.Result{}, nil
	}
	var request v1alpha1.PromotionRequest
	if err := r.Client.Get(ctx, key.NamespacedName, &request); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	view, err := r.view(ctx, &request)
	if err != nil || view == nil {
		return reconcile.Result{}, err
	}
	before := request.DeepCopy()
	again, err := r.observe(ctx, view)
	if err != nil {
		return reconcile.Result{}, err
	}
	view.assess()
	if err := r.markDecisions(ctx, view); err != nil {
		return reconcile.Result{}, err
	}
	if !equality.Semantic.DeepEqual(before.Status, request.Status) {
		if err := writeStatus(ctx, r.Client, &request); err != nil {
			return reconcile.Result{}, err
		}
		if request.ResourceVersion != before.ResourceVersion {
			r.record(view, before)
		}
	}
	return reconcile.Result{RequeueAfter: soonest(again, soonest(view.untilNextChange(), view.untilReviewDue()))}, nil
}

// view reads the request's case from the cache. It is nil where there is nothing to say: the request is on its way
// into or out of the cache, or its namespace is no environment any more.
func (r *PromotionRequestReconciler) view(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) (*requestView, error) {
	c, err := r.Evidence.Case(ctx, request.Namespace, promotion.ChangeOf(*request))
	if errors.Is(err, evidence.ErrNoEnvironment) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range c.Attempts {
		if c.Attempts[i].Request.Name == request.Name {
			siblings, err := r.siblings(ctx, request)
			return &requestView{request: request, c: c, at: i, siblings: siblings, now: r.Clock.Now()}, err
		}
	}
	return nil, nil
}

// siblings are the other requests about the same object.
func (r *PromotionRequestReconciler) siblings(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) ([]v1alpha1.PromotionRequest, error) {
	var list v1alpha1.PromotionRequestList
	err := r.Client.List(ctx, &list, client.InNamespace(request.Namespace),
		client.MatchingFields{index.RequestByObject: index.ObjectKey(request.Spec.Change)})
	if err != nil {
		return nil, fmt.Errorf("list requests about the same object: %w", err)
	}
	self := func(other v1alpha1.PromotionRequest) bool { return other.UID == request.UID }
	return slices.DeleteFunc(list.Items, self), nil
}

// record writes down what the status, once written, says for the first time. Decisions go with their namespace, and so
// may be fewer than before.
func (r *PromotionRequestReconciler) record(view *requestView, before *v1alpha1.PromotionRequest) {
	decisions := view.request.Status.Approvals
	for _, decision := range decisions[min(len(before.Status.Approvals), len(decisions)):] {
		event := view.event(audit.ApprovalRecorded, decision.Approver)
		event.Operation, event.Reasons = string(decision.Decision), notEmpty(decision.NotCounted)
		r.Audit.Record(event)
	}
	if view.request.Status.Entry != nil && before.Status.Entry == nil {
		event := view.event(audit.Entry, view.request.Status.Admission.Deployer.Username)
		event.Rule = string(view.request.Status.Admission.Rule)
		r.Audit.Record(event)
	}
}

func notEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// soonest of two waits; zero is never.
func soonest(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
