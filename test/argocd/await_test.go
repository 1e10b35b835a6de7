// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/cluster"
)

// get reads an Application.
func get(ctx context.Context, c client.Client, name string) (application, error) {
	object := argoObject("Application", name, nil)
	var read application
	if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
		return read, err
	}
	content, err := object.MarshalJSON()
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(content, &read)
}

// awaitApplication waits until an Application is as it should be. What says what is not; empty is as it should be.
func awaitApplication(t *testing.T, name string, what func(application) string) (found application) {
	t.Helper()
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		var err error
		if found, err = get(ctx, c, name); err != nil {
			return err.Error()
		}
		return what(found)
	})
	return found
}

// awaitPhase waits until the last operation is in a phase.
func awaitPhase(t *testing.T, name, phase string) application {
	t.Helper()
	return awaitApplication(t, name, func(a application) string {
		if state := a.Status.OperationState; state == nil || state.Phase != phase {
			return fmt.Sprintf("the last operation of %s to be %s: %+v", name, phase, state)
		}
		return ""
	})
}

// awaitOver waits until a sync to a revision has ended, for better or worse.
func awaitOver(t *testing.T, name, revision string) operationState {
	t.Helper()
	return *awaitApplication(t, name, func(a application) string {
		state := a.Status.OperationState
		if a.Operation != nil || state == nil || state.Phase == "Running" || state.SyncResult.joined() != revision {
			return fmt.Sprintf("a sync of %s to %s to end: %+v", name, revision, state)
		}
		return ""
	}).Status.OperationState
}

// awaitSynced waits until a revision runs.
func awaitSynced(t *testing.T, name, revision string) application {
	t.Helper()
	return awaitApplication(t, name, func(a application) string {
		sync, health, state := a.Status.Sync, a.Status.Health, a.Status.OperationState
		if state == nil || sync.Status != "Synced" || sync.joined() != revision || health.Status != "Healthy" ||
			state.Phase != "Succeeded" || state.SyncResult.joined() != revision {
			return fmt.Sprintf("%s to be Synced to %s and Healthy; it is %s to %s and %s, and its last operation is %+v",
				name, revision, sync.Status, sync.joined(), health.Status, state)
		}
		return ""
	})
}

// refreshed compares an Application anew, and returns what came of it.
func refreshed(t *testing.T, name, revision string) application {
	t.Helper()
	before, err := get(t.Context(), here.Admin(t), name)
	if err != nil {
		t.Fatal(err)
	}
	nextSecond(t, before.Status.ReconciledAt.Time) // it is told in seconds
	if err := inArgoCD(t, argoAlice).HardRefresh(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return awaitApplication(t, name, func(a application) string {
		if !a.Status.ReconciledAt.After(before.Status.ReconciledAt.Time) || a.Status.Sync.joined() != revision {
			return fmt.Sprintf("%s to be compared with %s: %+v", name, revision, a.Status.Sync)
		}
		return ""
	})
}

// nextSecond waits for the second after a time.
func nextSecond(t *testing.T, after time.Time) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		if time.Since(after) < time.Second {
			return "the next second"
		}
		return ""
	})
}
