// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// TestReleaseGateHoldsNot: as docs/releasegate.md says, syncs that run no hooks apply what nobody gates. What is gated
// they do not.
func TestReleaseGateHoldsNot(t *testing.T) {
	t.Parallel()
	all := []map[string]any{
		{"kind": "ConfigMap", "name": "settings"}, {"group": "apps", "kind": "Deployment", "name": "web"},
	}
	for name, sync := range map[string]map[string]any{
		"partial": {"resources": all}, "without-hooks": {"strategy": map[string]any{"apply": map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, _ := newGated(t, "held-not-"+name)
			if err := inArgoCD(t, argoAlice).Sync(t.Context(), e.name, sync); err != nil {
				t.Fatal(err)
			}
			awaitPhase(t, e.name, "Failed")
			var settings corev1.ConfigMap
			key := client.ObjectKey{Namespace: e.name, Name: "settings"}
			if err := here.Admin(t).Get(t.Context(), key, &settings); err != nil {
				t.Errorf("what nobody gates waits: %v", err)
			}
			e.hasDeployments(t)
			var gates v1alpha1.ReleaseGateList
			if err := here.Admin(t).List(t.Context(), &gates, client.InNamespace(e.name)); err != nil || len(gates.Items) > 0 {
				t.Errorf("it ran the hook: %v, %v", gates.Items, err)
			}
		})
	}
}

// TestReleaseGateTerminated: who ends a sync that waits for its gate has nothing applied.
func TestReleaseGateTerminated(t *testing.T) {
	t.Parallel()
	e, _ := newHeld(t, "held-terminated")
	e.awaitHeld(t)
	if err := inArgoCD(t, argoAlice).Terminate(t.Context(), e.name); err != nil {
		t.Fatal(err)
	}
	state := awaitPhase(t, e.name, "Failed").Status.OperationState
	contains(t, "status.operationState.message", state.Message, "terminated")
	for _, request := range e.requests(t) {
		e.approve(t, request, bob)
		here.AwaitState(t, request, v1alpha1.ReasonApproved)
	}
	e.nothingApplied(t)
}

// TestReleaseGateNoHook: one without the annotations holds nothing, and says so.
func TestReleaseGateNoHook(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "held-nothing")
	gate := &v1alpha1.ReleaseGate{}
	gate.Namespace, gate.Name = e.name, "release"
	here.Create(t, gate)
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := here.Admin(t).Get(ctx, client.ObjectKeyFromObject(gate), gate); err != nil {
			return err.Error()
		}
		for _, condition := range gate.Status.Conditions {
			if condition.Reason == v1alpha1.ReasonHoldsNothing {
				return ""
			}
		}
		return "it to say that it holds nothing"
	})
}
