// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gitrepo

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommit: a commit is by whom the test says, whoever runs it.
func TestCommit(t *testing.T) {
	r, err := New(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, author := range []Person{{"Dave", "dave@example.com"}, {"Erin", "erin@example.com"}} {
		sha, err := r.Commit(t.Context(), author, "Release", map[string]string{"app/web.yaml": author.Name})
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.git(t.Context(), "log", "-1", "--format=%H %an <%ae> %cn %s", "main", "--", "app/web.yaml")
		if err != nil {
			t.Fatal(err)
		}
		want := sha + " " + author.Name + " <" + author.Email + "> " + author.Name + " Release"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if _, err := r.Commit(t.Context(), Person{"Dave", "dave@example.com"}, "Nothing", nil); err == nil {
		t.Error("A commit without a change is an error.")
	}
}

// TestCommitFor: a commit says what whoever makes it wants it to say.
func TestCommitFor(t *testing.T) {
	r, err := New(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	erin, dave := Person{"Erin", "erin@example.com"}, Person{"Dave", "dave@example.com"}
	if _, err := r.CommitFor(t.Context(), erin, dave, "Release", map[string]string{"web.yaml": "v1"}); err != nil {
		t.Fatal(err)
	}
	got, err := r.git(t.Context(), "log", "-1", "--format=%ae %ce %G?")
	if err != nil {
		t.Fatal(err)
	}
	if want := "dave@example.com erin@example.com N"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestServer: a repository is served as a host of Git repositories does.
func TestServer(t *testing.T) {
	dir := t.TempDir()
	r, err := New(t.Context(), filepath.Join(dir, "team", "shop"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.Commit(t.Context(), Person{"Dave", "dave@example.com"}, "Release", map[string]string{"web.yaml": "v1"})
	if err != nil {
		t.Fatal(err)
	}
	server, err := Serve(dir)
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.URL(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.git(t.Context(), "ls-remote", url, "refs/heads/main")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want+"\trefs/heads/main", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}
