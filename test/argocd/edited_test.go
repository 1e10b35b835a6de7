// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/test/cluster"
)

// TestEditedMeanwhile: what somebody edits or deletes in the user interface of Argo CD comes from the account that it
// syncs as, and is not part of the sync that runs meanwhile. That one is alice's.
func TestEditedMeanwhile(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "edited-meanwhile")
	first := release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, map[string]any{"retry": map[string]any{"limit": int64(20)}})
	ask(t, argoAlice, e.name)
	e.approve(t, e.awaitRequest(t), bob)
	awaitSynced(t, e.name, first)

	release(t, dave, e.name, "v2")
	ask(t, argoAlice, e.name)
	e.awaitAskedBy(t, asker{argoAlice, v1alpha1.RequesterArgoCD}, func(r v1alpha1.PromotionRequest) bool {
		return strings.HasSuffix(r.Spec.Change.Images[0], ":v2")
	})
	session := inArgoCD(t, argoAlice)
	web := argocd.Object{Group: appsv1.GroupName, Version: "v1", Kind: "Deployment", Namespace: e.name, Name: e.name}
	const evil = `{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"registry.example.com/evil:v1"}]}}}}`
	mayNotEnter(t, session.Edit(t.Context(), e.name, web, evil))
	mayNotEnter(t, session.Delete(t.Context(), e.name, web))
	nobody := asker{Username: e.account()}
	e.awaitAskedBy(t, nobody, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationDelete
	})
	edited := e.awaitAskedBy(t, nobody, func(r v1alpha1.PromotionRequest) bool {
		return strings.HasSuffix(r.Spec.Change.Images[0], "/evil:v1")
	})
	e.approve(t, edited, bob)
	mayNotEnter(t, session.Edit(t.Context(), e.name, web, evil))
}

// mayNotEnter: the gate turned something away.
func mayNotEnter(t *testing.T, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "may not enter edited-meanwhile") {
		t.Errorf("want it turned away, got: %v", err)
	}
}

// awaitAskedBy waits for a request, and tells whether it is in the name of who is meant.
func (e environment) awaitAskedBy(
	t *testing.T, want asker, meant func(v1alpha1.PromotionRequest) bool,
) (found v1alpha1.PromotionRequest) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		for _, request := range e.requests(t) {
			if meant(request) {
				found = request
				return ""
			}
		}
		return "a request"
	})
	if diff := cmp.Diff(want, askerOf(found)); diff != "" {
		t.Errorf("who asks for %s (-want +got):\n%s", found.Name, diff)
	}
	return found
}
