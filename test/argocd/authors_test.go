// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/test/cluster"
)

// People who commit and are asked to approve, as Git knows them.
var (
	gitBob   = gitrepo.Person{Name: "Bob", Email: bob}
	gitCarol = gitrepo.Person{Name: "Carol", Email: carol}
	// gitRobot makes commits of what others committed.
	gitRobot = gitrepo.Person{Name: "Argo CD", Email: "argo-cd@example.com"}
)

// commit makes one with a message of its own in the repository of an Application.
func commit(t *testing.T, author gitrepo.Person, name, version, message string) string {
	t.Helper()
	sha, err := repository(t, name).Commit(t.Context(), author, message, files(name, version))
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

func files(name, version string) map[string]string {
	return map[string]string{"web.yaml": fmt.Sprintf(manifest, name, version)}
}

// committed are authors that commits name.
func committed(names ...string) (authors []v1alpha1.Author) {
	for _, name := range names {
		authors = append(authors, v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorCommit})
	}
	return authors
}

// maker of the Applications here, and so an author of what they deploy first.
const maker = "admin"

// committers are all authors but who made the Application.
func committers(authors []v1alpha1.Author) []v1alpha1.Author {
	return slices.DeleteFunc(slices.Clone(authors), func(author v1alpha1.Author) bool {
		return author == v1alpha1.Author{Name: maker, Evidence: v1alpha1.AuthorApplication}
	})
}

// wrote checks who wrote what a request is for, beside who made the Application, and whether all of them are known.
func wrote(t *testing.T, request v1alpha1.PromotionRequest, all v1alpha1.Authorship, want []v1alpha1.Author) {
	t.Helper()
	if diff := cmp.Diff(want, committers(request.Spec.Authors), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("authors of %s (-want +got):\n%s", request.Name, diff)
	}
	if request.Spec.Authorship != all {
		t.Errorf("authorship of %s is %q, want %q", request.Name, request.Spec.Authorship, all)
	}
}

// cannotApprove what they wrote.
func (e environment) cannotApprove(t *testing.T, request v1alpha1.PromotionRequest, people ...string) {
	t.Helper()
	for _, name := range people {
		err := e.tryApproval(t, request, name)
		if err == nil || !strings.Contains(err.Error(), "is an author of the change") {
			t.Errorf("%s approves what they wrote: %v", name, err)
		}
	}
}

// TestAuthors: who wrote a commit, whatever the way that it says so, does not approve it. Where all of them are known,
// whoever begins the sync is one of the two people.
func TestAuthors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		author  gitrepo.Person
		message string
		want    []string
		not     []string // who cannot approve
	}{
		"author": {"the header of the commit", gitBob, "Release", []string{bob}, []string{bob}},
		"co-author": {
			"trailers, in any case", dave,
			"Release\n\nCo-authored-by: Bob <BOB@example.com>\nco-authored-by: C. <" + carol + ">",
			[]string{dave.Email, "BOB@example.com", carol}, []string{bob, carol},
		},
		"hydrated": {
			"a program made it of what another wrote", gitRobot, "abcdef0: Release\n\n" +
				"Argocd-reference-commit-author: Bob <" + bob + ">\nArgocd-reference-commit-sha: abcdef0\n" +
				"Argocd-reference-commit-subject: Release\n" +
				"Argocd-reference-commit-body: \"Co-authored-by: Carol <" + carol + ">\"\n" +
				"Argocd-reference-commit-repourl: https://git.example.com/shop",
			[]string{gitRobot.Email, bob, carol}, []string{bob, carol},
		},
		"mapped": {
			"the mapping has the address that Git knows", gitrepo.Person{Name: "bob", Email: noreply}, "Release",
			[]string{noreply}, []string{bob},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnvironment(t, "by-"+name)
			revision := commit(t, tc.author, e.name, "v1", tc.message)
			apply(t, e.name, e.name, e.name, nil)
			ask(t, argoAlice, e.name)
			request := e.awaitRequest(t)
			wrote(t, request, v1alpha1.AuthorshipCommits, committed(tc.want...))
			if diff := cmp.Diff(asker{argoAlice, v1alpha1.RequesterArgoCD}, askerOf(request)); diff != "" {
				t.Errorf("who asks (-want +got):\n%s", diff)
			}
			e.cannotApprove(t, request, tc.not...)
			awaitPhase(t, e.name, "Failed")
			e.approve(t, request, frank)
			awaitSynced(t, e.name, revision)
		})
	}
}

// TestSourcesHaveAuthors: of several sources each commit has its own.
func TestSourcesHaveAuthors(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "authored-sources")
	commit(t, gitBob, e.name, "v1", "Release")
	commit(t, gitCarol, "sources-db", "v1", "Release")
	application := applicationOf(t, e.name, e.name, e.name, once)
	spec := application.Object["spec"].(map[string]any)
	delete(spec, "source")
	spec["sources"] = []any{
		map[string]any{"repoURL": repository(t, e.name).URL(), "path": ".", "targetRevision": "main"},
		map[string]any{"repoURL": repository(t, "sources-db").URL(), "path": ".", "targetRevision": "main"},
	}
	here.Create(t, application)
	awaitPhase(t, e.name, "Failed")
	requests := e.requests(t)
	if len(requests) != 2 {
		t.Fatalf("want a request for each source, got %d", len(requests))
	}
	for _, request := range requests {
		wrote(t, request, v1alpha1.AuthorshipCommits, committed(bob, carol))
		e.cannotApprove(t, request, bob, carol)
	}
}

// TestEarlierAuthors: what did not enter comes with the next commit, and so do those who wrote it; until it is in.
func TestEarlierAuthors(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "earlier")
	release(t, gitBob, e.name, "v1")
	apply(t, e.name, e.name, e.name, once)
	awaitPhase(t, e.name, "Failed")
	wrote(t, e.requestFor(t, image(e, "v1")), v1alpha1.AuthorshipCommits, committed(bob))

	second := release(t, dave, e.name, "v2")
	refresh(t, e.name)
	request := e.awaitRequestFor(t, image(e, "v2"))
	wrote(t, request, v1alpha1.AuthorshipCommits, committed(dave.Email, bob))
	e.cannotApprove(t, request, bob)
	e.approve(t, request, carol, frank)
	awaitSynced(t, e.name, second)
	here.AwaitState(t, request, v1alpha1.ReasonEntered)

	release(t, erin, e.name, "v3")
	refresh(t, e.name)
	wrote(t, e.awaitRequestFor(t, image(e, "v3")), v1alpha1.AuthorshipCommits, committed(erin.Email))
}

// TestCommitInAnothersName: `git commit --author` keeps the one who is named from approving, and not the one who lies.
// Nobody asks for what Argo CD syncs by itself, so that a liar who approves is one of two who do.
func TestCommitInAnothersName(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "anothers-name")
	liar := gitrepo.Person{Name: "Frank", Email: frank}
	revision, err := repository(t, e.name).CommitFor(t.Context(), liar, gitCarol, "Release", files(e.name, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, e.name, e.name, e.name, once)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	wrote(t, request, v1alpha1.AuthorshipCommits, committed(carol))
	e.cannotApprove(t, request, carol)
	e.approve(t, request, frank)
	e.awaitWaiting(t, request, "1 more from "+e.managers())
	if _, err := authorsBySignedCommits(t, e, revision); err == nil || !strings.Contains(err.Error(), "was not checked") {
		t.Errorf("the author of a commit that nobody signed is known: %v", err)
	}
	e.approve(t, request, bob)
	awaitSynced(t, e.name, revision)
}

// TestUnknownAuthor: where nobody can say who wrote it, whoever began the sync is not one of the two people: the one
// who approves it may have written it.
func TestUnknownAuthor(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "unknown-author")
	revision := release(t, gitrepo.Person{Name: "Somebody", Email: "root"}, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	denied := awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	wrote(t, request, v1alpha1.AuthorshipDeclared, committed("root"))
	contains(t, "status.operationState.message", denied.Status.OperationState.Message,
		"1 more from "+e.managers(), argoAlice+" does not count: it is not known who wrote what the sync brings")
	e.approve(t, request, bob)
	e.awaitWaiting(t, request, "1 more from "+e.managers())
	e.approve(t, request, carol)
	awaitSynced(t, e.name, revision)
}

// TestArgoCDDown: where Argo CD does not answer, what is denied is asked for all the same. The other tests wait for
// this one.
func TestArgoCDDown(t *testing.T) {
	e := newEnvironment(t, "down")
	revision := release(t, gitBob, e.name, "v1")
	if err := here.argo.StopServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := here.argo.StartServer(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	apply(t, e.name, e.name, e.name, once)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	wrote(t, request, v1alpha1.AuthorshipDeclared, nil)
	e.approve(t, request, carol, frank)
	awaitSynced(t, e.name, revision)
}

// TestReader: the account that Countersign has in Argo CD reads Applications, and does nothing else.
func TestReader(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "reader")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	session, err := here.argo.Reader()
	if err != nil {
		t.Fatal(err)
	}
	// What it does not know yet Argo CD forbids.
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := session.ResourceTree(ctx, e.name, &struct{}{}); err != nil {
			return "it to read: " + err.Error()
		}
		return ""
	})
	if err := session.Sync(t.Context(), e.name, map[string]any{}); err == nil ||
		!strings.Contains(err.Error(), "permission denied") {
		t.Errorf("it syncs: %v", err)
	}
}

// image of a version of the Deployment in an environment.
func image(e environment, version string) string {
	return "registry.example.com/" + e.name + ":" + version
}

// awaitRequestFor waits for the request for an image.
func (e environment) awaitRequestFor(t *testing.T, image string) (found v1alpha1.PromotionRequest) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		for _, request := range e.requests(t) {
			if strings.Join(request.Spec.Change.Images, " ") == image {
				found = request
				return ""
			}
		}
		return "a request for " + image
	})
	return found
}

// awaitWaiting waits until a request says what it waits for.
func (e environment) awaitWaiting(t *testing.T, request v1alpha1.PromotionRequest, want string) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		for _, now := range e.requests(t) {
			if now.Name == request.Name && strings.Contains(now.Status.WaitingFor, want) {
				return ""
			}
		}
		return request.Name + " to wait for " + want
	})
}
