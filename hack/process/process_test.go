// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// script is a program that does what a line of shell says.
func script(t *testing.T, dir, line string) Program {
	t.Helper()
	return Program{Name: "script", Path: "/bin/sh", Args: []string{"-c", line}, Dir: dir}
}

// await fails the test where a condition does not come to hold.
func await(t *testing.T, reason string, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	patience := time.After(30 * time.Second)
	for !condition() {
		select {
		case <-ticker.C:
		case <-patience:
			t.Fatal(reason)
		}
	}
}

func TestStop(t *testing.T) {
	cases := map[string]struct {
		reason  string
		line    string
		grace   time.Duration
		wantLog string
	}{
		"Polite": {
			reason: "A program that ends when it is asked to may say goodbye.",
			line:   `trap 'echo goodbye; exit' TERM; echo up; while :; do sleep 0.05; done`,
			grace:  time.Minute, wantLog: "goodbye",
		},
		"Deaf": {
			reason: "A program that does not end when it is asked to is killed.",
			line:   `trap '' TERM; echo up; while :; do sleep 0.05; done`,
			grace:  50 * time.Millisecond, wantLog: "up",
		},
		"Killed": {
			reason:  "Without a grace period a program is not asked.",
			line:    `trap 'echo goodbye; exit' TERM; echo up; while :; do sleep 0.05; done`,
			wantLog: "up",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, err := Start(t.Context(), script(t, t.TempDir(), tc.line))
			if err != nil {
				t.Fatal(err)
			}
			await(t, "The script does not come up.", func() bool { return strings.Contains(p.LogTail(), "up") })
			if err := p.Stop(t.Context(), tc.grace); err != nil {
				t.Fatal(err)
			}
			if p.Running() {
				t.Errorf("%s It still runs.", tc.reason)
			}
			lines := strings.Split(p.LogTail(), "\n")
			if last := strings.TrimSpace(lines[len(lines)-1]); last != tc.wantLog {
				t.Errorf("%s\nwant its last word %q, got %q", tc.reason, tc.wantLog, last)
			}
		})
	}
}

func TestStartRefuses(t *testing.T) {
	dir := t.TempDir()
	p, err := Start(t.Context(), script(t, dir, "sleep 600"))
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Start(t.Context(), script(t, dir, "sleep 600")); err == nil {
		t.Errorf("Two programs of one name in one directory could not be told apart: %v", second)
	}
	if err := StopAll(t.Context(), dir, 0, "absent", "script"); err != nil {
		t.Fatal(err)
	}
	if p.Running() {
		t.Error("StopAll passes over names that do not run, and stops those that do.")
	}
	if _, err := Find(dir, "script"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("What has stopped is not found any more: %v", err)
	}
}

// TestReusedPID: a pid file may outlive its process, and the pid may by now be somebody else's.
func TestReusedPID(t *testing.T) {
	dir := t.TempDir()
	content := fmt.Sprintf("%d an-earlier-process\n", os.Getpid())
	if err := os.WriteFile(filepath.Join(dir, "script.pid"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := Find(dir, "script"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("This test is not the process that the file speaks of: %v, %v", p, err)
	}
	impostor := &Process{Name: "script", dir: dir, pid: os.Getpid(), mark: "an-earlier-process"}
	if err := impostor.Stop(t.Context(), time.Minute); err != nil {
		t.Errorf("To stop what has long ended is no error, and kills nobody: %v", err)
	}
}

func TestEndedAtOnce(t *testing.T) {
	p, err := Start(t.Context(), script(t, t.TempDir(), "echo cannot; exit 1"))
	if err == nil {
		await(t, "A program that ends is seen to end.", func() bool { return !p.Running() })
		err = errors.New(p.LogTail())
	}
	for _, want := range []string{"cannot", "script.log"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("The reason that the program gave is told, and where it stands. %q lacks %q", err, want)
		}
	}
}
