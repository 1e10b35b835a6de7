// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestReplacedForAlice: what a sync of alice's replaces looks as an edit in the user interface does, so that nobody
// began it and two approve. The sync that goes on is hers all the same.
func TestReplacedForAlice(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "replaced")
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, map[string]any{"syncOptions": []any{"Replace=true"}})
	ask(t, argoAlice, e.name)
	denied := awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if diff := cmp.Diff(asker{Username: e.account()}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	wrote(t, request, "", committed(dave.Email))
	contains(t, "status.operationState.message", denied.Status.OperationState.Message, "1 more from "+e.managers())
	e.approve(t, request, bob, carol)
	if begun := awaitResumed(t, e.name, revision); begun != (initiator{Username: argoAlice}) {
		t.Errorf("%+v began the sync, want alice", begun)
	}
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}
