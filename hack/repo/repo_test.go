// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package repo

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRoot(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "hack", "repo", "repo.go")); err != nil {
		t.Errorf("The root is found from a directory inside it: %v", err)
	}
	t.Chdir(t.TempDir())
	if root, err := Root(); err == nil {
		t.Errorf("Outside the project there is no root, but it found %s", root)
	}
}
