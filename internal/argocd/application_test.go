// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"
	"testing"
)

func TestRevision(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, application, want string }{
		"Running": {"what is being synced", `{operation: {sync: {revision: abc}},
			status: {operationState: {operation: {sync: {revision: old}}}}}`, "abc"},
		"Refreshed": {"a retry brings what is newest", `{operation: {sync: {revision: abc}},
			status: {operationState: {phase: Running, operation: {sync: {}}}}}`, ""},
		"Begun": {"what was ordered", `{operation: {sync: {revision: abc}},
			status: {operationState: {phase: Running, operation: {sync: {revision: abc}}}}}`, "abc"},
		"Retried": {"it is there too", `{status: {operationState: {operation: {sync: {revision: abc}}}}}`, "abc"},
		"Several": {"of several sources", `{operation: {sync: {revisions: [abc, def]}}}`, "abc,def"},
		"None":    {"nobody has synced", `{}`, ""},
		"Garbage": {"anybody writes what they like", `{operation: {sync: {revision: 1, revisions: 2}}}`, ""},
		"Unreadable": {"it names one", `{operation: {sync: {revision: abc, dryRun: "no"}}, status: {operationState:
			{phase: Running, operation: {sync: {}}}}}`, "abc"},
		"Garbage2": {"anybody writes what they like", `{operation: 1}`, ""},
		"Many":     {"of twenty sources", `{operation: {sync: {revisions: [` + many(", ") + `]}}}`, many(",")},
		"Longest": {"a request has room", `{operation: {sync: {revision: ` + strings.Repeat("a", 1024) + `}}}`,
			strings.Repeat("a", 1024)},
		"Long": {"a request has no room", `{operation: {sync: {revision: ` + strings.Repeat("a", 1025) + `}}}`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Revision(read(t, tc.application)); got != tc.want {
				t.Errorf("got %q, want %q: %s", got, tc.want, tc.reason)
			}
		})
	}
}

// many commits.
func many(between string) string {
	return strings.Join(slices.Repeat([]string{strings.Repeat("a", 40)}, 20), between)
}

// TestNewApplication: a client asks for what the object says it is.
func TestNewApplication(t *testing.T) {
	t.Parallel()
	if got := NewApplication().GroupVersionKind(); got != Application {
		t.Errorf("got %s", got)
	}
}
