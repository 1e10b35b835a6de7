// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package process

import (
	"context"
	"os"
	"os/exec"
	"testing"
)

// helperDir, in the environment, makes the test's own program start two others, and wait to be killed.
const helperDir = "COUNTERSIGN_PROCESS_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		startBoth(dir)
		select {}
	}
	os.Exit(m.Run())
}

func startBoth(dir string) {
	for name, detached := range map[string]bool{"attached": false, "detached": true} {
		sleep := Program{Name: name, Path: "/bin/sleep", Args: []string{"600"}, Dir: dir, Detached: detached}
		if _, err := Start(context.Background(), sleep); err != nil {
			panic(err)
		}
	}
}

// TestParentKilled: what was started dies with a parent that is killed, unless it is detached; then it is found.
func TestParentKilled(t *testing.T) {
	dir := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), helperDir+"="+dir)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var attached, detached *Process
	await(t, "The parent does not start both.", func() bool {
		var errs [2]error
		attached, errs[0] = Find(dir, "attached")
		detached, errs[1] = Find(dir, "detached")
		return errs == [2]error{}
	})
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed, and says so
	await(t, "The attached program outlives its parent.", func() bool { return !attached.Running() })
	if !detached.Running() {
		t.Error("The detached program died with its parent.")
	}
	if err := detached.Stop(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if detached.Running() {
		t.Error("The detached program cannot be stopped by another process.")
	}
}
