// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/argocd"
)

// TestDelivery: Argo CD delivers an environment from nothing, rules and all, in one Application, and takes some of it
// back. What it delivered differs in nothing from what is stored, however it compares and applies.
func TestDelivery(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason  string
		compare string
		options []any
	}{
		"rules":        {reason: "as it comes"},
		"rules-diff":   {reason: "the API server compares", compare: serverSide},
		"rules-server": {reason: "the API server merges", options: []any{"ServerSideApply=true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(tc.reason)
			e := newDelivery(t, name)
			first := e.commit(t, rulesManifests)
			applyWith(t, tc.compare, name, name, name, map[string]any{"syncOptions": tc.options})
			e.delivered(t, first)
			e.staysSynced(t, first)
			e.freezes(t)
			e.takenBack(t)
		})
	}
}

// delivered syncs the environment. Its rules are in force before anything is to enter it.
func (e environment) delivered(t *testing.T, revision string) {
	t.Helper()
	ask(t, argoAlice, e.name)
	waiting := awaitPhase(t, e.name, "Failed").Status.OperationState.Message
	contains(t, "what it waits for", waiting, "deployments/web in "+e.name+" may not enter", "asked for by "+argoAlice)
	awaitHealth(t, e.name, "PipelineRole", e.managers(), "Healthy", "Holds in 1 namespace")
	awaitHealth(t, e.name, "PromotionPolicy", e.name, "Healthy", "Enforced as written")
	e.approve(t, e.awaitRequest(t), bob)
	awaitSynced(t, e.name, revision)
}

// staysSynced compares again and again, while the operator writes into status and makes what the roles say.
func (e environment) staysSynced(t *testing.T, revision string) {
	t.Helper()
	for i := range 3 {
		here.CreateNamespace(t, fmt.Sprintf("%s-more-%d", e.name, i), e.name)
		found := refreshed(t, e.name, revision).Status
		if found.Sync.Status != "Synced" || found.Health.Status != "Healthy" {
			t.Errorf("refreshed, it is %s and %s: %+v", found.Sync.Status, found.Health.Status, found.Resources)
		}
		for _, resource := range found.Resources {
			if resource.RequiresPruning || resource.Kind == "RoleBinding" || resource.Kind == "ServiceAccount" {
				t.Errorf("Argo CD takes for its own: %+v", resource)
			}
		}
	}
	var events corev1.EventList
	if err := here.Admin(t).List(t.Context(), &events, client.InNamespace(argocd.Namespace)); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(events.Items, e.told("OutOfSync -> Synced")) {
		t.Error("Argo CD does not tell when an application becomes Synced")
	}
	if slices.ContainsFunc(events.Items, e.told("Synced -> OutOfSync")) {
		t.Error("it was OutOfSync for a while")
	}
}

// told finds what Argo CD told of the Application of the environment.
func (e environment) told(what string) func(corev1.Event) bool {
	return func(event corev1.Event) bool {
		return event.InvolvedObject.Name == e.name && strings.Contains(event.Message, "sync status: "+what)
	}
}
