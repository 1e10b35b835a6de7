// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/test/cluster"
)

// resumedWithin is what is promised, from the last approval.
const resumedWithin = 5 * time.Second

// awaitResumed waits until a sync of which everything was approved just now has gone on, and returns who began it.
func awaitResumed(t *testing.T, name, revision string) initiator {
	t.Helper()
	start := time.Now()
	awaitApplication(t, name, func(a application) string {
		if state := a.Status.OperationState; state == nil || state.Operation.resumedFor() == "" {
			return "the sync of " + name + " to go on"
		}
		return ""
	})
	took := time.Since(start)
	t.Logf("%s went on after %s", name, took.Round(time.Millisecond))
	if took > resumedWithin {
		t.Errorf("it took %s", took)
	}
	return awaitSynced(t, name, revision).Status.OperationState.Operation.InitiatedBy
}

// TestResumedForAlice: a sync that somebody asked for goes on as theirs, to the commit that they asked for.
func TestResumedForAlice(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "alices")
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	release(t, erin, e.name, "v2")
	e.approve(t, request, bob)
	awaitApplication(t, e.name, func(a application) string {
		if a.Status.OperationState.SyncResult.Revision != revision || a.Status.OperationState.Phase != "Succeeded" {
			return fmt.Sprintf("%s to run: %+v", revision, a.Status.OperationState)
		}
		if diff := cmp.Diff(initiator{Username: argoAlice}, a.Status.OperationState.Operation.InitiatedBy); diff != "" {
			t.Errorf("who began the sync (-want +got):\n%s", diff)
		}
		return ""
	})
	if requests := e.requests(t); len(requests) != 1 {
		t.Errorf("want nothing of the later commit to be asked for, got %d requests", len(requests))
	}
}

// TestResumedWhole: a release goes on once all of it may enter, and once only.
func TestResumedWhole(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "whole")
	files := map[string]string{}
	for _, part := range []string{"web", "db"} {
		files[part+".yaml"] = fmt.Sprintf(manifest, part, "v1")
	}
	revision, err := repository(t, e.name).Commit(t.Context(), dave, "Release v1", files)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, e.name, e.name, e.name, once)
	first := awaitPhase(t, e.name, "Failed").Status.OperationState.StartedAt
	requests := e.requests(t)
	if len(requests) != 2 {
		t.Fatalf("want a request for each part, got %d", len(requests))
	}
	e.approve(t, requests[0], bob, carol)
	here.AwaitState(t, requests[0], v1alpha1.ReasonApproved)
	e.approve(t, requests[1], bob, carol)
	awaitResumed(t, e.name, revision)
	state := awaitSynced(t, e.name, revision).Status.OperationState
	want := requests[0].Name + "," + requests[1].Name
	if got := state.Operation.resumedFor(); got != want {
		t.Errorf("it went on after %s, want %s: it was not one sync", got, want)
	}
	if !first.Before(&state.StartedAt) {
		t.Error("it never went on")
	}
	events := 0
	for _, event := range here.Audited(t) {
		body := event.ObjectRef.Resource == "applications" && event.ObjectRef.Name == e.name
		if body && event.User.Username == cluster.OperatorName && event.Verb == "patch" {
			events++
		}
	}
	if events != 1 {
		t.Errorf("the operator wrote %d operations, want 1", events)
	}
}

// TestOperatorOnlyResumes: of an Application the operator writes the operation, and nothing else.
func TestOperatorOnlyResumes(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "bounds")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	operator := here.As(t, cluster.OperatorName, "system:serviceaccounts", "system:serviceaccounts:countersign-system")
	for field, patch := range map[string]string{
		"spec":        `{"spec":{"project":"default"}}`,
		"status":      `{"status":{"health":{"status":"Healthy"}}}`,
		"annotations": `{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"hard"}}}`,
		"labels":      `{"metadata":{"labels":{"team":"other"}}}`,
		"finalizers":  `{"metadata":{"finalizers":["resources-finalizer.argocd.argoproj.io"]}}`,
	} {
		object := argoObject("Application", e.name, nil)
		object.SetNamespace(argocd.Namespace)
		err := operator.Patch(t.Context(), object, client.RawPatch(types.MergePatchType, []byte(patch)))
		if err == nil || !strings.Contains(err.Error(), "countersign-operator-writes") {
			t.Errorf("%s: want the guard to refuse it, got: %v", field, err)
		}
	}
}
