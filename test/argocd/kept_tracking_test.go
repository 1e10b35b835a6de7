// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestKeptTracking: whose an object is that two Applications deploy stays as it is where one of them leaves that
// alone. While alice syncs hers, what bob brings by the other passes for a part of that, and he approves it.
func TestKeptTracking(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "kept-tracking")
	other := e.name + "-other"
	e.syncsSecond(t)
	if _, err := repository(t, other).Commit(t.Context(), gitBob, "Change", map[string]string{
		"web.yaml": fmt.Sprintf(manifest, e.name, "evil"),
	}); err != nil {
		t.Fatal(err)
	}
	here.Create(t, keepingTracking(applicationOf(t, other, e.name, e.name, map[string]any{
		"syncOptions": []any{"RespectIgnoreDifferences=true"},
	})))
	ask(t, argoBob, other)
	awaitPhase(t, other, "Failed")
	request := e.requestFor(t, image(e, "evil"))
	if diff := cmp.Diff(asker{argoAlice, v1alpha1.RequesterArgoCD}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonApproved)
	ask(t, argoBob, other)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}

// syncsSecond has alice sync a second release, after a first that is in.
func (e environment) syncsSecond(t *testing.T) {
	t.Helper()
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, map[string]any{"retry": map[string]any{"limit": int64(20)}})
	ask(t, argoAlice, e.name)
	e.approve(t, e.awaitRequest(t), bob)
	awaitPhase(t, e.name, "Succeeded")
	release(t, dave, e.name, "v2")
	refresh(t, e.name)
	ask(t, argoAlice, e.name)
	e.awaitRequestFor(t, image(e, "v2"))
}

// keepingTracking is an Application that leaves on Deployments whose they are.
func keepingTracking(application *unstructured.Unstructured) *unstructured.Unstructured {
	application.Object["spec"].(map[string]any)["ignoreDifferences"] = []any{map[string]any{
		"group": "apps", "kind": "Deployment",
		"jsonPointers": []any{"/metadata/annotations/argocd.argoproj.io~1tracking-id"},
	}}
	return application
}
