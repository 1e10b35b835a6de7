// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/gitrepo"
)

// TestBorrowed: what a commit takes from another repository while it is rendered has authors of whom Argo CD says
// nothing: bob wrote it, and approves it as what dave wrote and alice syncs.
func TestBorrowed(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "borrowed")
	base := repository(t, e.name+"-base")
	commit := func(of *gitrepo.Repository, author gitrepo.Person, files map[string]string) {
		t.Helper()
		if _, err := of.Commit(t.Context(), author, "Change", files); err != nil {
			t.Fatal(err)
		}
	}
	commit(base, gitBob, map[string]string{
		"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": files(e.name, "v1")["web.yaml"],
	})
	commit(repository(t, e.name), dave, map[string]string{
		"kustomization.yaml": "resources: [\"git::" + base.URL() + "?ref=main\"]\n",
	})
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if diff := cmp.Diff(asker{argoAlice, v1alpha1.RequesterArgoCD}, askerOf(request)); diff != "" {
		t.Errorf("who asks (-want +got):\n%s", diff)
	}
	wrote(t, request, v1alpha1.AuthorshipCommits, committed(dave.Email))
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}
