// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// expectation says of some rights that some capabilities give all of them, or none. The table may be accepted with
// -update; these may not.
type expectation struct {
	reason string
	of     []v1alpha1.Capability // all, where it is empty
	want   bool
	// rights; verb * is every verb that is asked about.
	rights []string
}

func (e expectation) assert(t *testing.T, allowed map[v1alpha1.Capability]rights) {
	t.Helper()
	for _, c := range inOrder {
		if len(e.of) > 0 && !slices.Contains(e.of, c.name) {
			continue
		}
		for _, right := range e.expand(t) {
			if allowed[c.name][right] != e.want {
				t.Errorf("%s: %s: got %t, want %t: %s", c.name, right, !e.want, e.want, e.reason)
			}
		}
	}
}

func (e expectation) expand(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range e.rights {
		resource, wild := strings.CutPrefix(pattern, "* ")
		before := len(all)
		for _, right := range asked() {
			if _, of, _ := strings.Cut(right, " "); right == pattern || wild && of == resource {
				all = append(all, right)
			}
		}
		if len(all) == before {
			t.Errorf("nobody asks about %q", pattern)
		}
	}
	return all
}

// these are some capabilities.
func these(names ...v1alpha1.Capability) []v1alpha1.Capability { return names }

// allBut are all other capabilities.
func allBut(names ...v1alpha1.Capability) []v1alpha1.Capability {
	var others []v1alpha1.Capability
	for _, c := range inOrder {
		if !slices.Contains(names, c.name) {
			others = append(others, c.name)
		}
	}
	return others
}
