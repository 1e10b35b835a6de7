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
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	argo "github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/argocd/api"
)

// signedProject makes a project that deploys what dave has signed.
func (e environment) signedProject(t *testing.T, name string) {
	t.Helper()
	spec := projectSpec(e.name, e.bots()+":argocd")
	spec["sourceIntegrity"] = map[string]any{"git": map[string]any{"policies": []any{map[string]any{
		"repos": []any{map[string]any{"url": "*"}},
		"gpg":   map[string]any{"mode": "head", "keys": []any{here.daves.ID}},
	}}}}
	here.Create(t, argoObject("AppProject", name, spec))
}

// authorsBySignedCommits asks Argo CD about a revision, and believes signed commits alone, as Countersign does with
// --argocd-commits=Signed.
func authorsBySignedCommits(t *testing.T, e environment, revision string) ([]v1alpha1.Author, error) {
	t.Helper()
	client, err := api.New(api.Options{
		URL: here.argo.URL(), TokenFile: here.argo.TokenFile(), CAFile: here.argo.CAFile(),
	})
	if err != nil {
		t.Fatal(err)
	}
	authors, err := api.NewAuthors(client, argo.CommitsSigned, clock.RealClock{}).
		Of(t.Context(), types.NamespacedName{Namespace: argocd.Namespace, Name: e.name}, syncing(t, revision))
	return committers(authors), err
}

// syncing is an Application that its maker made, and that is being synced.
func syncing(t *testing.T, revision string) map[string]any {
	t.Helper()
	operation := map[string]any{"sync": map[string]any{"revision": revision}}
	application := map[string]any{
		"metadata": map[string]any{}, "operation": operation,
		"status": map[string]any{"operationState": map[string]any{"phase": "Running", "operation": operation}},
	}
	trust := argo.Trust{Namespace: argocd.Namespace}
	makes := argo.Change{Username: maker, Delivery: func() *argo.Delivery { return nil }}
	if err := trust.NoteSpec(application, nil, makes); err != nil {
		t.Fatal(err)
	}
	if err := trust.Stamp(application, nil, v1alpha1.UserReference{Username: maker}); err != nil {
		t.Fatal(err)
	}
	return application
}

// TestSigned: Argo CD says which commits are signed by a key that the project lists.
func TestSigned(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "signed")
	e.signedProject(t, "signed-commits")
	erins, err := here.keyring.NewKey(t.Context(), erin)
	if err != nil {
		t.Fatal(err)
	}
	repo := repository(t, e.name)
	unsigned := commit(t, dave, e.name, "v1", "Release v1")
	unknown, err := repo.CommitSigned(t.Context(), erins, dave, "Release v2", files(e.name, "v2"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := repo.CommitSigned(t.Context(), here.daves, dave, "Release v3", files(e.name, "v3"))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, e.name, "signed-commits", e.name, once)
	awaitPhase(t, e.name, "Failed")
	wrote(t, e.awaitRequest(t), v1alpha1.AuthorshipCommits, []v1alpha1.Author{
		{Name: dave.Email, Evidence: v1alpha1.AuthorSignedCommit},
	})
	for name, tc := range map[string]struct {
		reason, revision string
		evidence         v1alpha1.AuthorEvidence
		says             string // why the author is not known; empty where they are
	}{
		"Signed":   {"by a key that the project lists", signed, v1alpha1.AuthorSignedCommit, ""},
		"Unsigned": {"anybody may have made it", unsigned, v1alpha1.AuthorCommit, "its signature does not count: GIT/GPG: "},
		"Unknown":  {"nobody knows the key", unknown, v1alpha1.AuthorCommit, "its signature does not count: GIT/GPG: "},
	} {
		authors, err := authorsBySignedCommits(t, e, tc.revision)
		if diff := cmp.Diff([]v1alpha1.Author{{Name: dave.Email, Evidence: tc.evidence}}, authors); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, tc.reason, diff)
		}
		if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %s: %v", name, tc.reason, err)
		}
	}
	if _, err := authorsBySignedCommits(t, e, fmt.Sprintf("%040d", 1)); err == nil {
		t.Error("a commit that is not there has an author")
	}
}

// TestSignedAlone: where Countersign believes signed commits alone, the author of any other may be anybody, so that who
// began the sync is not one of the two people. The other tests wait for this one.
func TestSignedAlone(t *testing.T) {
	if err := here.RestartOperator(t.Context(), here.operatorThat(argo.CommitsSigned)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := here.RestartOperator(context.WithoutCancel(t.Context()), here.operatorThat(argo.CommitsAll)); err != nil {
			t.Error(err)
		}
	})
	anybodys, daves := newEnvironment(t, "anybodys-commits"), newEnvironment(t, "daves-commits")
	daves.signedProject(t, daves.name+"-signed")
	commit(t, dave, anybodys.name, "v1", "Release v1")
	_, err := repository(t, daves.name).CommitSigned(t.Context(), here.daves, dave, "Release v1", files(daves.name, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		environment
		project    string
		authorship v1alpha1.Authorship
		evidence   v1alpha1.AuthorEvidence
		first      string // state once bob has approved
	}{
		{anybodys, anybodys.name, v1alpha1.AuthorshipDeclared, v1alpha1.AuthorCommit, v1alpha1.ReasonAwaitingApproval},
		{daves, daves.name + "-signed", v1alpha1.AuthorshipCommits, v1alpha1.AuthorSignedCommit, v1alpha1.ReasonEntered},
	} {
		apply(t, tc.name, tc.project, tc.name, nil)
		ask(t, argoAlice, tc.name)
		awaitPhase(t, tc.name, "Failed")
		request := tc.awaitRequest(t)
		wrote(t, request, tc.authorship, []v1alpha1.Author{{Name: dave.Email, Evidence: tc.evidence}})
		tc.approve(t, request, bob)
		here.AwaitState(t, request, tc.first)
	}
	request := anybodys.awaitRequest(t)
	anybodys.awaitWaiting(t, request, "1 more from "+anybodys.managers())
	anybodys.approve(t, request, carol)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)
}
