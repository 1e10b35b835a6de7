// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import "testing"

func TestFew(t *testing.T) {
	for name, test := range map[string]struct {
		reason string
		all    []string
		want   string
	}{
		"Sorted": {"a cache lists in any order, and a status must not go to and fro", []string{"b/x", "a/x"}, "a/x, b/x"},
		"Many": {
			"a condition holds only so much", []string{"g", "f", "e", "d", "c", "b", "a"}, "a, b, c, d, e, and 2 more",
		},
	} {
		if got := few(test.all); got != test.want {
			t.Errorf("%s: %s: got %q, want %q", name, test.reason, got, test.want)
		}
	}
}
