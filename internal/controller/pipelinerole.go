// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/grants"
)

// PipelineRoleReconciler turns PipelineRoles into RoleBindings and service accounts, and keeps them as they should be.
//
// A role that is gone, or going, is one that asks for nothing. So what it made is removed by the same rule as what a
// member lost, however the role went: there is no finalizer that somebody could take away, or that would outlive the
// operator, and the operator needs no right to write PipelineRoles. There are no owner references either: then the
// garbage collector would remove grants, and the audit trail would not know.
type PipelineRoleReconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads past the cache, which knows only what carries the operator's label.
	Live  client.Reader
	Audit *audit.Log
	Clock clock.PassiveClock
	// Identities says which names are one person's.
	Identities *evidence.Identities
	// Authority says what the author of a role may give.
	Authority Authority
	// TokenAudiences are those of the API server; none where the operator does not know them.
	TokenAudiences []string
}

// Reconcile brings about what one role asks for.
func (r *PipelineRoleReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	role, err := r.get(ctx, req.Name)
	if err != nil {
		return ctrl.Result{}, err
	}
	now := r.Clock.Now()
	g := &granting{PipelineRoleReconciler: r, role: role}
	if err := g.run(ctx, now); err != nil {
		return ctrl.Result{}, err
	}
	if err := errors.Join(append(g.errs, g.writeStatus(ctx, now))...); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: g.lookAgainAfter(now)}, nil
}

// get reads a PipelineRole. One that is not there, or is being deleted, asks for nothing.
func (r *PipelineRoleReconciler) get(ctx context.Context, name string) (*v1alpha1.PipelineRole, error) {
	role := &v1alpha1.PipelineRole{}
	role.Name = name
	if err := client.IgnoreNotFound(r.Client.Get(ctx, client.ObjectKeyFromObject(role), role)); err != nil {
		return nil, fmt.Errorf("get role: %w", err)
	}
	role.Name = name
	if role.DeletionTimestamp != nil {
		role.Spec = v1alpha1.PipelineRoleSpec{}
	}
	return role, nil
}

const (
	// longestWait bounds how long an expiry may be slept towards: a timer does not see the wall clock being set, or the
	// machine being suspended.
	longestWait = 10 * time.Minute
	// takenWait is how often to look whether a name that somebody else holds has become free, or what was withheld can be
	// given. No event will tell.
	takenWait = time.Minute
	// staleWait is when to look again after a write that met a newer object than the cache had.
	staleWait = time.Second
)

// lookAgainAfter says when there may be something to do without an event; zero means never.
func (g *granting) lookAgainAfter(now time.Time) time.Duration {
	var waits []time.Duration
	if next := grants.NextChange(g.role, now); next != nil {
		waits = append(waits, next.Sub(now), longestWait)
	}
	if len(g.taken) > 0 || len(g.withheld) > 0 {
		waits = append(waits, takenWait)
	}
	if g.stale {
		waits = append(waits, staleWait)
	}
	if len(waits) == 0 {
		return 0
	}
	return slices.Min(waits)
}
