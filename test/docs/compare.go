// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"strings"
	"testing"
)

// Compare checks that a command said all lines of a text, with anything in the place of ….
func Compare(t *testing.T, said, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		for part := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "…") {
			if !strings.Contains(said, part) {
				t.Errorf("%q was not said, but:\n%s", part, said)
			}
		}
	}
}
