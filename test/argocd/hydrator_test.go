// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestHydrator: what the hydrator makes of a commit, and pushes to a branch that is synced, was written by whoever
// wrote the commit that it is made of. Who changes what it makes it of is an author as well.
func TestHydrator(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "hydrator")
	release(t, gitBob, e.name, "v1")
	application := applicationOf(t, e.name, e.name, e.name, once)
	spec := application.Object["spec"].(map[string]any)
	delete(spec, "source")
	spec["sourceHydrator"] = map[string]any{
		"drySource":  map[string]any{"repoURL": repository(t, e.name).URL(), "path": ".", "targetRevision": "main"},
		"syncSource": map[string]any{"targetBranch": "environments/production", "path": "shop"},
	}
	here.Create(t, application)
	request := e.awaitRequestFor(t, image(e, "v1"))
	wrote(t, request, v1alpha1.AuthorshipCommits, committed(gitRobot.Email, bob))
	e.cannotApprove(t, request, bob)
	awaitPhase(t, e.name, "Failed")
	e.approve(t, request, carol, frank)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)

	mayChange := applicationAdmin(t, frank)
	const patch = `{"spec":{"sourceHydrator":{"drySource":{"directory":{"recurse":true}}}}}`
	if err := patchApplication(t, mayChange, e.name, patch); err != nil {
		t.Fatal(err)
	}
	release(t, dave, e.name, "v2")
	refresh(t, e.name)
	request = e.awaitRequestFor(t, image(e, "v2"))
	wrote(t, request, v1alpha1.AuthorshipCommits, append(committed(gitRobot.Email, dave.Email),
		v1alpha1.Author{Name: frank, Evidence: v1alpha1.AuthorApplication}))
	e.cannotApprove(t, request, frank)
}
