// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

var update = flag.Bool("update", false, "write the golden files")

// Each case is a folder with the content before, the content after and the text that a person reads.
func TestRenderGolden(t *testing.T) {
	folders, err := filepath.Glob("testdata/diff/*")
	if err != nil || len(folders) < 5 {
		t.Fatalf("cases: %v, %v", folders, err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			old := readOptional(t, filepath.Join(folder, "old.yaml"))
			new := readOptional(t, filepath.Join(folder, "new.yaml"))
			var got strings.Builder
			if err := workload.Render(&got, workload.Diff(deployments, old, new)); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(folder, "want.txt"), got.String())
		})
	}
}

// readOptional reads a content. No file is the content of no object.
func readOptional(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(text))
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestRenderReportsAnErrorOfItsWriter(t *testing.T) {
	if err := workload.Render(brokenWriter{}, nil); err == nil {
		t.Error("no error")
	}
}
