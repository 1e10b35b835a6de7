// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestGated: a sync into an environment is denied, and the Application says what it waits for. Once approved it goes on
// by itself.
func TestGated(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "gated")
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, once)
	denied := awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	says := []string{
		"may not enter gated", "Needs:    1 approval from gated-managers", "asked for by " + e.account(),
		"kubectl countersign approve " + request.Name,
	}
	contains(t, "status.operationState.message", denied.Status.OperationState.Message, says...)
	want := []resourceResult{{
		Group: "apps", Kind: "Deployment", Namespace: e.name, Name: e.name, Status: "SyncFailed", HookPhase: "Failed",
		SyncPhase: "Sync",
	}}
	results := denied.Status.OperationState.SyncResult.Resources
	for i := range results {
		contains(t, "status.operationState.syncResult", results[i].Message, says...)
		results[i].Message = ""
	}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Errorf("what the sync did (-want +got):\n%s", diff)
	}
	if got := request.Spec.Requester.Username; got != e.account() {
		t.Errorf("%s asked for it, want %s", got, e.account())
	}
	of := &v1alpha1.Release{Source: "ArgoCD", Name: "argocd/" + e.name, Revision: revision}
	if diff := cmp.Diff(of, request.Spec.Release); diff != "" {
		t.Errorf("release (-want +got):\n%s", diff)
	}
	e.approve(t, request, bob, carol)
	begun := awaitResumed(t, e.name, revision)
	if diff := cmp.Diff(initiator{Automated: true}, begun); diff != "" {
		t.Errorf("who began the sync (-want +got):\n%s", diff)
	}
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// TestApprovedInTime: what is approved while Argo CD still tries is let in by its next try.
func TestApprovedInTime(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "in-time")
	revision := release(t, erin, e.name, "v1")
	apply(t, e.name, e.name, e.name, automated)
	request := e.awaitRequest(t)
	waiting := awaitApplication(t, e.name, func(a application) string {
		if a.Status.OperationState == nil || a.Status.OperationState.RetryCount == 0 {
			return "another try to be announced"
		}
		return ""
	})
	contains(t, "status.operationState.message", waiting.Status.OperationState.Message,
		request.Name, "Retrying attempt #1")
	e.approve(t, request, bob, carol)
	begun := awaitSynced(t, e.name, revision).Status.OperationState.Operation.InitiatedBy
	if diff := cmp.Diff(initiator{Automated: true}, begun); diff != "" {
		t.Errorf("nobody asked for it (-want +got):\n%s", diff)
	}
}

// TestOwnAccount: where Argo CD syncs as itself, its own service account asks, as a bot would.
func TestOwnAccount(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "own-account")
	here.Create(t, projectNamed("without-account", e.name, ""))
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, "without-account", e.name, once)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if got := askerOf(request); got != (asker{Username: argoController}) {
		t.Errorf("%+v asks, want %s", got, argoController)
	}
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonAwaitingApproval)
	e.approve(t, request, carol)
	awaitResumed(t, e.name, revision)
}

// contains checks that a text has all parts.
func contains(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", where, part, text)
		}
	}
}
