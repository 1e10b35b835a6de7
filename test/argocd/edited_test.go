// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
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
	takesTwo(t, session.Edit(t.Context(), e.name, web, evil))
	takesTwo(t, session.Delete(t.Context(), e.name, web))
	nobody := asker{Username: e.account()}
	e.awaitAskedBy(t, nobody, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationDelete
	})
	e.awaitAskedBy(t, nobody, func(r v1alpha1.PromotionRequest) bool {
		return strings.HasSuffix(r.Spec.Change.Images[0], "/evil:v1")
	})
}

// TestEditedApplication: who changes what an Application deploys does not have it deployed in alice's name, by a sync
// of hers that goes on. What she asked for gets in once it is as it was, and she syncs again.
func TestEditedApplication(t *testing.T) {
	t.Parallel()
	e, beacon := newEnvironment(t, "edited-application"), newEnvironment(t, "beacon")
	evil := fmt.Sprintf(manifest, e.name, "evil")
	commitFiles(t, e.name, map[string]string{"web.yaml": fmt.Sprintf(manifest, e.name, "v1"), "evil/web.yaml": evil})
	release(t, dave, beacon.name, "v1")
	for _, each := range []environment{e, beacon} {
		apply(t, each.name, each.name, each.name, nil)
		ask(t, argoAlice, each.name)
		awaitPhase(t, each.name, "Failed")
	}
	c := applicationAdmin(t, mallory)
	edit := func(path string) {
		t.Helper()
		if err := patchApplication(t, c, e.name, `{"spec":{"source":{"path":"`+path+`"}}}`); err != nil {
			t.Fatal(err)
		}
	}
	edit("evil")
	e.approve(t, e.awaitRequest(t), bob)
	beacon.approve(t, beacon.awaitRequest(t), bob)
	awaitGoesOn(t, beacon.name, operationState{}) // so that the other one would have
	edited, err := get(t.Context(), here.Admin(t), e.name)
	if err != nil {
		t.Fatal(err)
	}
	if after := edited.Status.OperationState.Operation.resumedFor(); after != "" || edited.Operation != nil {
		t.Errorf("it goes on, after approval of %q", after)
	}
	edit(".")
	ask(t, argoAlice, e.name)
	here.AwaitState(t, e.awaitRequest(t), v1alpha1.ReasonEntered)
}

// takesTwo: the gate turned something away that two people have to approve.
func takesTwo(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Error("it got through")
		return
	}
	contains(t, "what is answered", err.Error(), "1 approval from", "1 more from", "which is not a person")
}

// awaitAskedBy waits for a request, and tells whether it is in the name of who is meant.
func (e environment) awaitAskedBy(t *testing.T, want asker, meant func(v1alpha1.PromotionRequest) bool) {
	t.Helper()
	var found v1alpha1.PromotionRequest
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
}
