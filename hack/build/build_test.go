// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pinned is a project in which a target has been built from a module.
func pinned(t *testing.T) (root string, built target) {
	t.Helper()
	root, built = t.TempDir(), target{name: "etcd", module: "tools", pkg: "example.com/etcd", ldflags: stripped}
	for _, file := range []string{"tools/go.mod", "tools/go.sum", "bin/etcd"} {
		write(t, filepath.Join(root, file), file)
	}
	if err := built.stamp(root); err != nil {
		t.Fatal(err)
	}
	return root, built
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOutdated(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(t *testing.T, root string, built *target)
		want   bool
	}{
		"Current": {
			reason: "What was built from the same pins is not built again.",
			change: func(*testing.T, string, *target) {},
		},
		"Missing": {
			reason: "A program that is gone is built.",
			change: func(t *testing.T, root string, _ *target) {
				if err := os.Remove(filepath.Join(root, "bin", "etcd")); err != nil {
					t.Fatal(err)
				}
			},
			want: true,
		},
		"Unstamped": {
			reason: "A program of which nobody knows what it was built from is built.",
			change: func(t *testing.T, root string, built *target) {
				if err := os.Remove(built.stampFile(root)); err != nil {
					t.Fatal(err)
				}
			},
			want: true,
		},
		"GoSum": {
			reason: "Other pins make another program.",
			change: func(t *testing.T, root string, _ *target) { write(t, filepath.Join(root, "tools/go.sum"), "new") },
			want:   true,
		},
		"Flags": {
			reason: "Other flags make another program.",
			change: func(_ *testing.T, _ string, built *target) { built.ldflags = kubernetesFlags },
			want:   true,
		},
		"Own": {
			reason: "Go itself finds out what has changed in the project's own programs.",
			change: func(_ *testing.T, _ string, built *target) { built.module = "" },
			want:   true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			root, built := pinned(t)
			tc.change(t, root, &built)
			due, err := outdated(root, []target{built})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, len(due) == 1); diff != "" {
				t.Errorf("%s\noutdated (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAnnounce(t *testing.T) {
	var out bytes.Buffer
	usual, err := named(nil)
	if err != nil {
		t.Fatal(err)
	}
	announce(&out, usual)
	const want = "Building kube-apiserver, kubectl, kube-controller-manager, kube-scheduler, etcd, kwok, manager, " +
		"kubectl-countersign from source. " +
		"The first time this takes about 10 minutes on two cores; later runs reuse it.\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Who has to wait is told for what and how long.\n(-want +got):\n%s", diff)
	}
	out.Reset()
	announce(&out, targets[len(targets)-2:])
	if out.Len() > 0 {
		t.Errorf("What is done at once is not announced: %s", &out)
	}
}

func TestNamed(t *testing.T) {
	if _, err := named([]string{"etcd", "etdc"}); err == nil || !strings.Contains(err.Error(), "etdc") {
		t.Errorf("A misspelt name is told: %v", err)
	}
	if chosen, err := named([]string{"argocd"}); err != nil || len(chosen) != 1 {
		t.Errorf("What is built on demand is built where it is named: %v, %v", chosen, err)
	}
}

func TestProgress(t *testing.T) {
	cases := map[string]struct {
		reason   string
		terminal bool
		want     string
	}{
		"Terminal": {
			reason: "A terminal has one line, which is written again and erased.", terminal: true,
			want: eraseLine + "[1/2] etcd: building for 31s (the first time takes about a minute)" + eraseLine +
				"[1/2] etcd: built in 52s\n",
		},
		"Log": {
			reason: "A log has a line now and then.",
			want: "[1/2] etcd: building for 31s (the first time takes about a minute)\n" +
				"[1/2] etcd: built in 52s\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			show := progress{out: &out, terminal: tc.terminal, label: "[1/2] etcd", usual: time.Minute}
			show.tick(31 * time.Second)
			show.end(52*time.Second, nil)
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWhile(t *testing.T) {
	var out bytes.Buffer
	failure := errors.New("exit status 1")
	err := progress{out: &out}.while(func() error { return failure })
	if !errors.Is(err, failure) || out.Len() > 0 {
		t.Errorf("A failure is returned, and nothing claims success: %v, %q", err, &out)
	}
}
