// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const writersAnnotation = "countersign.dev/spec-written-by"

// next is a change of an Application's sources.
const next = `{"spec":{"source":{"path":"next"}}}`

// deployed has an Application that deployed its first version, and a commit of dave's with another one elsewhere.
func deployed(t *testing.T, name string) environment {
	t.Helper()
	e := newEnvironment(t, name)
	revision := commitFiles(t, name, map[string]string{
		"web.yaml": fmt.Sprintf(manifest, name, "v1"), "next/web.yaml": fmt.Sprintf(manifest, name, "v2"),
	})
	apply(t, name, name, name, nil)
	ask(t, argoAlice, name)
	awaitPhase(t, name, "Failed")
	first := e.awaitRequest(t)
	makes := v1alpha1.Author{Name: maker, Evidence: v1alpha1.AuthorApplication}
	if diff := cmp.Diff(makes, last(first.Spec.Authors)); diff != "" {
		t.Errorf("who made the Application (-want +got):\n%s", diff)
	}
	e.approve(t, first, bob)
	awaitSynced(t, name, revision)
	return e
}

func last[T any](all []T) (one T) {
	if len(all) > 0 {
		one = all[len(all)-1]
	}
	return one
}

// TestSourcesChanged: who changes what an Application deploys is an author of it, until that is in; and does not put it
// down to somebody else.
func TestSourcesChanged(t *testing.T) {
	t.Parallel()
	e := deployed(t, "sources-changed")
	c := applicationAdmin(t, frank)
	forged := `{"metadata":{"annotations":{"` + writersAnnotation + `":"new\n0 ` + carol + `"}},` + next[1:]
	if err := patchApplication(t, c, e.name, forged); err != nil {
		t.Fatal(err)
	}
	noted := argoObject("Application", e.name, nil)
	if err := here.Admin(t).Get(t.Context(), client.ObjectKeyFromObject(noted), noted); err != nil {
		t.Fatal(err)
	}
	if written := noted.GetAnnotations()[writersAnnotation]; !strings.HasSuffix(written, " "+frank) ||
		strings.Contains(written, carol) {
		t.Errorf("who changed the sources, it is written, are:\n%s", written)
	}
	ask(t, argoAlice, e.name)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequestFor(t, image(e, "v2"))
	wrote(t, request, v1alpha1.AuthorshipCommits, append(committed(dave.Email),
		v1alpha1.Author{Name: frank, Evidence: v1alpha1.AuthorApplication}))
	e.cannotApprove(t, request, frank)
	e.approve(t, request, bob)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)

	third := commitFiles(t, e.name, map[string]string{"next/web.yaml": fmt.Sprintf(manifest, e.name, "v3")})
	refresh(t, e.name)
	ask(t, argoAlice, e.name)
	request = e.awaitRequestFor(t, image(e, "v3"))
	wrote(t, request, v1alpha1.AuthorshipCommits, committed(dave.Email))
	awaitPhase(t, e.name, "Failed")
	e.approve(t, request, frank)
	awaitSynced(t, e.name, third)
}

// TestSourcesChangedInArgoCD: which user of Argo CD changed them nobody knows in the cluster. Whoever approves may
// have, so that it takes two.
func TestSourcesChangedInArgoCD(t *testing.T) {
	t.Parallel()
	e := deployed(t, "sources-changed-there")
	if err := inArgoCD(t, argoAlice).EditApplication(t.Context(), e.name, next); err != nil {
		t.Fatal(err)
	}
	ask(t, argoAlice, e.name)
	denied := awaitPhase(t, e.name, "Failed")
	request := e.awaitRequestFor(t, image(e, "v2"))
	wrote(t, request, v1alpha1.AuthorshipDeclared, committed(dave.Email))
	contains(t, "status.operationState.message", denied.Status.OperationState.Message, "1 more from "+e.managers())
	e.approve(t, request, bob)
	e.awaitWaiting(t, request, "1 more from "+e.managers())
	e.approve(t, request, carol)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}
