// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	// automated syncs are begun by Argo CD itself, and tried again with its defaults.
	automated = map[string]any{"automated": map[string]any{}}
	// once are tried once.
	once = map[string]any{"automated": map[string]any{}, "retry": map[string]any{"limit": int64(0)}}
)

// TestAutomated: where nothing is gated, what is committed runs.
func TestAutomated(t *testing.T) {
	t.Parallel()
	const name = "automated"
	here.CreateNamespace(t, name, "")
	here.Create(t, project(name, ""))
	first := release(t, dave, name, "v1")
	apply(t, name, name, name, automated)
	awaitSynced(t, name, first)
	second := release(t, erin, name, "v2")
	refresh(t, name)
	begun := awaitSynced(t, name, second).Status.OperationState.Operation.InitiatedBy
	if diff := cmp.Diff(initiator{Automated: true}, begun); diff != "" {
		t.Errorf("nobody asked for it (-want +got):\n%s", diff)
	}
}

// TestManual: a sync that a user asks for names the user.
func TestManual(t *testing.T) {
	t.Parallel()
	const name = "manual"
	here.CreateNamespace(t, name, "")
	here.Create(t, project(name, ""))
	revision := release(t, dave, name, "v1")
	apply(t, name, name, name, nil)
	for _, user := range []string{argoAlice, argoBob} {
		ask(t, user, name)
		awaitApplication(t, name, func(a application) string {
			if state := a.Status.OperationState; state == nil || state.Operation.InitiatedBy != (initiator{Username: user}) {
				return "an operation that " + user + " began"
			}
			return ""
		})
		awaitSynced(t, name, revision)
	}
}
