// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"strings"
	"testing"
)

// printed is what a command said, and how it ended.
type printed struct {
	text string
	code int
}

// says checks how a command ended and what it said.
func (p printed) says(t *testing.T, code int, parts ...string) printed {
	t.Helper()
	if p.code != code {
		t.Fatalf("exit code %d, want %d, after:\n%s", p.code, code, p.text)
	}
	contains(t, "the answer", p.text, parts...)
	return p
}

// is checks how a command ended, and that it said no more than this.
func (p printed) is(t *testing.T, code int, want string) {
	t.Helper()
	if p.says(t, code); p.text != want {
		t.Errorf("want %q, got %q", want, p.text)
	}
}

// contains checks that a text has all parts.
func contains(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", where, part, text)
		}
	}
}
