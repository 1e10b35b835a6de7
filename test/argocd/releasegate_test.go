// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/docs"
)

const settingsManifest = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {argocd.argoproj.io/sync-wave: "-1"}
data: {level: info}
`

// newHeld makes an Application as newGated does, and has alice sync it.
func newHeld(t *testing.T, name string) (e environment, revision string) {
	t.Helper()
	e, revision = newGated(t, name)
	ask(t, argoAlice, e.name)
	return e, revision
}

// newGated makes an environment, and an Application of two Deployments, and settings in the wave before, with a
// ReleaseGate. It returns the commit.
func newGated(t *testing.T, name string) (e environment, revision string) {
	t.Helper()
	e = newEnvironment(t, name)
	e.letDeploy(t, "configmaps")
	gate := docs.Find(t, "releasegate.md", "yaml", "kind: ReleaseGate").Text
	gate = strings.ReplaceAll(gate, "namespace: default", "namespace: "+e.name)
	revision, err := repository(t, e.name).Commit(t.Context(), dave, "Release v1", map[string]string{
		"gate.yaml": gate, "settings.yaml": settingsManifest,
		"web.yaml": fmt.Sprintf(manifest, "web", "v1"), "worker.yaml": fmt.Sprintf(manifest, "worker", "v1"),
	})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, e.name, e.name, e.name, nil)
	return e, revision
}

// awaitHeld waits until the sync does for its gate, and returns what the gate says there.
func (e environment) awaitHeld(t *testing.T) (says string) {
	t.Helper()
	awaitApplication(t, e.name, func(a application) string {
		if state := a.Status.OperationState; state != nil && state.Phase == "Running" {
			for _, result := range state.SyncResult.Resources {
				if result.Kind == "ReleaseGate" && len(e.requests(t)) == 2 && result.Message != "" {
					says = result.Message
				}
			}
		}
		if !strings.HasPrefix(says, "Nothing of argocd/") {
			return fmt.Sprintf("the sync of %s to wait for its gate: %+v", e.name, a.Status.OperationState)
		}
		return ""
	})
	return says
}

// nothingApplied : nothing of the release is there.
func (e environment) nothingApplied(t *testing.T) {
	t.Helper()
	var settings corev1.ConfigMap
	key := client.ObjectKey{Namespace: e.name, Name: "settings"}
	if err := here.Admin(t).Get(t.Context(), key, &settings); err == nil {
		t.Error("the settings were applied")
	}
	var deployments appsv1.DeploymentList
	if err := here.Admin(t).List(t.Context(), &deployments, client.InNamespace(e.name)); err != nil {
		t.Fatal(err)
	}
	if len(deployments.Items) > 0 {
		t.Errorf("%d Deployments were applied", len(deployments.Items))
	}
}

// TestReleaseGate: a sync waits before anything of it is applied, and goes on by itself once all of it may enter.
func TestReleaseGate(t *testing.T) {
	t.Parallel()
	e, revision := newHeld(t, "held")
	says := e.awaitHeld(t)
	contains(t, "the gate", says, "is applied before all of it may enter",
		"kubectl countersign approve --release argocd/held -n held", "Waiting for 2 of 2", "from held-managers")
	e.nothingApplied(t)
	requests := e.requests(t)
	if got, want := askerOf(requests[0]), (asker{argoAlice, v1alpha1.RequesterArgoCD}); got != want {
		t.Errorf("asked for by %+v, want %+v", got, want)
	}
	wrote(t, requests[0], v1alpha1.AuthorshipCommits, committed(dave.Email))
	began := awaitPhase(t, e.name, "Running").Status.OperationState.StartedAt
	e.approve(t, requests[0], bob)
	here.AwaitState(t, requests[0], v1alpha1.ReasonApproved)
	e.nothingApplied(t)
	e.approve(t, requests[1], bob)
	state := awaitSynced(t, e.name, revision).Status.OperationState
	if !state.StartedAt.Equal(&began) {
		t.Errorf("another sync began at %s; the one that waited, at %s, was to go on", state.StartedAt, began)
	}
	for _, request := range requests {
		here.AwaitState(t, request, v1alpha1.ReasonEntered)
	}
	if got := e.requests(t); len(got) != 2 {
		t.Errorf("%d requests, want 2", len(got))
	}
}

// TestReleaseGateRejected: what somebody rejects a part of is not applied at all.
func TestReleaseGateRejected(t *testing.T) {
	t.Parallel()
	e, _ := newHeld(t, "held-rejected")
	e.awaitHeld(t)
	requests := e.requests(t)
	e.approve(t, requests[0], bob)
	rejection := &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: e.name, GenerateName: requests[1].Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: requests[1].Name, UID: string(requests[1].UID), Digest: requests[1].Spec.Change.Digest,
			},
			Decision: v1alpha1.DecisionReject, Comment: "not on a Friday",
		},
	}
	if err := here.As(t, bob, e.managers()).Create(t.Context(), rejection); err != nil {
		t.Fatal(err)
	}
	state := awaitPhase(t, e.name, "Failed").Status.OperationState
	for _, result := range state.SyncResult.Resources {
		if result.Kind == "ReleaseGate" {
			contains(t, "the gate", result.Message, requests[1].Name, "withdraw the rejection", "sync again")
		}
	}
	e.nothingApplied(t)
}
