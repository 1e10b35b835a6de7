// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// approveAll has the managers approve what waits in the environment, one after the other, until all of it may enter:
// all but what is about one object.
func (e environment) approveAll(t *testing.T, except string) {
	t.Helper()
	managers, given := []string{bob, carol}, map[string]int{}
	cluster.Eventually(t, func(context.Context) string {
		waits := ""
		for _, request := range e.requests(t) {
			if request.Spec.Change.Name == except || !waitsForApproval(request) {
				continue
			}
			waits = request.Name + " to be approved: " + request.Status.WaitingFor
			seen := len(request.Status.Approvals)
			if seen == given[request.Name] && seen < len(managers) {
				e.approve(t, request, managers[seen])
				given[request.Name]++
			}
		}
		return waits
	})
}

// waitsForApproval tells whether people may make a difference to a request yet.
func waitsForApproval(request v1alpha1.PromotionRequest) bool {
	state := cluster.State(request)
	return state == "" || state == v1alpha1.ReasonAwaitingApproval
}

// awaitGoesOn waits until a sync that was turned away, and of which all was approved just now, goes on.
func awaitGoesOn(t *testing.T, name string, before operationState) {
	t.Helper()
	start := time.Now()
	awaitApplication(t, name, func(a application) string {
		state := a.Status.OperationState
		if state == nil || state.Operation.resumedFor() == before.Operation.resumedFor() {
			return "the sync of " + name + " to go on: " + before.Message
		}
		return ""
	})
	took := time.Since(start)
	t.Logf("%s went on after %s", name, took.Round(time.Millisecond))
	if took > resumedWithin {
		t.Errorf("it took %s", took)
	}
}

// resumedFor is what was approved before a sync went on, by its info; empty where nothing was.
func (o operation) resumedFor() string {
	for _, info := range o.Info {
		if info.Name == "countersign.dev/resumed-for" {
			return info.Value
		}
	}
	return ""
}
