// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
)

var (
	first, second = strings.Repeat("a", 40), strings.Repeat("b", 40)
	argoShop      = types.NamespacedName{Namespace: "argocd", Name: "shop"}
)

const (
	server     = "system:serviceaccount:argocd:argocd-server"
	controller = "system:serviceaccount:argocd:argocd-application-controller"
)

var trust = argocd.Trust{Namespace: "argocd"}

// syncing is an Application of which revisions are synced, and that nobody has changed since it was deployed.
func syncing(revisions ...any) map[string]any {
	spec := map[string]any{"project": "default"}
	if len(revisions) > 1 {
		spec["sources"] = make([]any, len(revisions))
	}
	application := map[string]any{"metadata": map[string]any{}, "spec": spec, "status": map[string]any{}}
	order(application, revisions...)
	before := runtime.DeepCopyJSON(application)
	application["status"].(map[string]any)["history"] = []any{map[string]any{"revision": "a"}}
	note(application, before, argocd.By{Username: controller})
	return application
}

// order a sync.
func order(application map[string]any, revisions ...any) {
	sync := map[string]any{"revision": revisions[0]}
	if len(revisions) > 1 {
		sync = map[string]any{"revisions": revisions}
	}
	application["operation"] = map[string]any{"sync": sync}
	if err := trust.Stamp(application, nil, v1alpha1.UserReference{Username: server}); err != nil {
		panic(err)
	}
	application["status"].(map[string]any)["operationState"] = map[string]any{
		"phase": "Running", "operation": application["operation"],
	}
}

func note(application, before map[string]any, by argocd.By) {
	change := argocd.Change{Username: by.Username, Delivery: func() *argocd.Delivery { return by.Delivery }}
	if err := trust.NoteSpec(application, before, change); err != nil {
		panic(err)
	}
}

// edited is one whose source somebody has changed since.
func edited(by argocd.By, revision string) map[string]any {
	before, application := syncing(revision), syncing(revision)
	application["spec"].(map[string]any)["source"] = map[string]any{"path": "next"}
	note(application, before, by)
	order(application, revision)
	return application
}

// TestEditorsOf : whoever changed the sources is an author as well; where a commit brought that, who wrote the commit.
func TestEditorsOf(t *testing.T) {
	t.Parallel()
	client, _ := serve(t, commits(map[string]string{
		first + "/metadata":  `{"author": "A <a@example.com>"}`,
		second + "/metadata": `{"author": "B <b@example.com>"}`,
	}))
	delivery := argocd.Delivery{
		Application: types.NamespacedName{Namespace: "argocd", Name: "platform"},
		Sync:        argocd.Sync{Project: "platform", Revisions: []string{second}},
	}
	unknown := delivery
	unknown.Sync.Revisions = []string{strings.Repeat("c", 40)}
	cases := map[string]struct {
		reason string
		by     argocd.By
		want   []string
		says   string
	}{
		"Person": {"by themselves", argocd.By{Username: "gus"}, []string{"a@example.com", "gus"}, ""},
		"Delivered": {
			"by a commit", argocd.By{Username: controller, Delivery: &delivery},
			[]string{"a@example.com", "b@example.com"}, "",
		},
		"Unknown": {
			"nobody knows the commit", argocd.By{Username: controller, Delivery: &unknown},
			[]string{"a@example.com"}, "404 Not Found",
		},
		"Nobody": {"of its own accord", argocd.By{Username: controller}, []string{"a@example.com"}, "which is not a person"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := NewAuthors(client, argocd.CommitsAll, clocktesting.NewFakeClock(time.Unix(0, 0))).
				Of(t.Context(), argoShop, edited(tc.by, first))
			if diff := cmp.Diff(tc.want, names(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.says != "") || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s: want an error that says %q, got: %v", tc.reason, tc.says, err)
			}
		})
	}
}

// commits answers by what a path has in it.
func commits(answers map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for part, answer := range answers {
			if strings.Contains(r.RequestURI, part) {
				say(w, http.StatusOK, answer)
				return
			}
		}
		say(w, http.StatusNotFound, `{"message": "not there"}`)
	}
}

func TestAuthorsOf(t *testing.T) {
	t.Parallel()
	known := map[string]string{
		first + "/metadata?appNamespace=argocd&project=default&sourceIndex=0": `{"author": "A <a@example.com>"}`,
		second + "/metadata":                             `{"author": "B <b@example.com>"}`,
		strings.Repeat("c", 40) + "/metadata":            `{"author": "nobody"}`,
		strings.Repeat("d", 40) + "/metadata?appNamespa": `[]`,
	}
	cases := map[string]struct {
		reason    string
		revisions []any
		want      []string
		says      []string // why there may be others; none where there are none
	}{
		"One": {reason: "of the commit", revisions: []any{first}, want: []string{"a@example.com"}},
		"Several": {
			reason: "of all sources", revisions: []any{first, second}, want: []string{"a@example.com", "b@example.com"},
		},
		"Branch": {
			reason: "it may have moved on", revisions: []any{"main"},
			says: []string{`source 0 is at "main"`, "no commit of Git"},
		},
		"Chart": {
			reason: "who made it is not said, who wrote its values is", revisions: []any{"1.2.3", second},
			want: []string{"b@example.com"}, says: []string{`source 0 is at "1.2.3"`},
		},
		"Missing": {
			reason: "of one it is not known", revisions: []any{first, first}, want: []string{"a@example.com"},
			says: []string{"source 1 at " + first + ": ask Argo CD: it answers 404 Not Found: not there"},
		},
		"Nobody": {
			reason: "it names a person, and nobody knows whom", revisions: []any{strings.Repeat("c", 40)},
			want: []string{"nobody"}, says: []string{"source 0 at ccc", "named by no e-mail address"},
		},
		"Garbage": {
			reason: "that is no answer", revisions: []any{strings.Repeat("d", 40)}, says: []string{"cannot be read"},
		},
		"Many": {reason: "nobody has so many", revisions: make([]any, 33), says: []string{"more than 32 sources"}},
	}
	for i := range 33 {
		cases["Many"].revisions[i] = first
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := serve(t, commits(known))
			got, err := NewAuthors(client, argocd.CommitsAll, clocktesting.NewFakeClock(time.Unix(0, 0))).
				Of(t.Context(), argoShop, syncing(tc.revisions...))
			if diff := cmp.Diff(tc.want, names(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.says != nil) {
				t.Errorf("%s: %v", tc.reason, err)
			}
			for _, words := range tc.says {
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("%s: want an error that says %q, got: %v", tc.reason, words, err)
				}
			}
		})
	}
}

// TestAuthorsSigned : what the setting says is what counts.
func TestAuthorsSigned(t *testing.T) {
	t.Parallel()
	client, _ := serve(t, commits(map[string]string{first: `{"author": "A <a@example.com>"}`}))
	got, err := NewAuthors(client, argocd.CommitsSigned, clocktesting.NewFakeClock(time.Unix(0, 0))).
		Of(t.Context(), argoShop, syncing(first))
	if err == nil || !strings.Contains(err.Error(), "its signature was not checked") || len(got) != 1 {
		t.Errorf("got %v, and: %v", got, err)
	}
}

// TestAskedOnce : the objects of a sync come at once, and Argo CD is asked once; again when the answer is old.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	clock := clocktesting.NewFakeClock(time.Unix(0, 0))
	all := make(chan struct{})
	client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		<-all
		say(w, http.StatusOK, `{"author": "A <a@example.com>"}`)
	})
	authors := NewAuthors(client, argocd.CommitsAll, clock)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if got, err := authors.Of(t.Context(), argoShop, syncing(first)); err != nil || len(got) != 1 {
				t.Errorf("got %v, and: %v", got, err)
			}
		})
	}
	close(all)
	group.Wait()
	if len(server.calls) != 1 {
		t.Errorf("it was asked %d times", len(server.calls))
	}
	clock.Step(remembered + time.Second)
	if _, err := authors.Of(t.Context(), argoShop, syncing(first)); err != nil || len(server.calls) != 2 {
		t.Errorf("after a minute it was asked %d times, want 2, and: %v", len(server.calls), err)
	}
}

// TestAskedAgain : who cannot wait does not have the answer lost for others, and a failure is no answer.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	calls := 0
	client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			say(w, http.StatusServiceUnavailable, `{}`)
			return
		}
		<-goOn
		say(w, http.StatusOK, `{"author": "A <a@example.com>"}`)
	})
	authors := NewAuthors(client, argocd.CommitsAll, clocktesting.NewFakeClock(time.Unix(0, 0)))
	if _, err := authors.Of(t.Context(), argoShop, syncing(first)); err == nil {
		t.Error("want an error")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := authors.Of(ctx, argoShop, syncing(first)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("want the deadline, got: %v", err)
	}
	close(goOn)
	if got, err := authors.Of(t.Context(), argoShop, syncing(first)); err != nil || len(got) != 1 {
		t.Errorf("got %v, and: %v", got, err)
	}
	if calls != 2 {
		t.Errorf("it was asked %d times, want 2", calls)
	}
}

func names(authors []v1alpha1.Author) (all []string) {
	for _, author := range authors {
		all = append(all, author.Name)
	}
	return all
}
