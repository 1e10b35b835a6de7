// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestRevision(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ reason, kustomization, want string }{
		"Attempted": {"what is being reconciled", `{status: {lastAttemptedRevision: "main@sha1:abc"}}`, "main@sha1:abc"},
		"None":      {"nothing has been", `{}`, ""},
		"Garbage":   {"anybody writes what they like", `{status: {lastAttemptedRevision: 1}}`, ""},
		"Long":      {"a request has no room", `{status: {lastAttemptedRevision: ` + strings.Repeat("a", 129) + `}}`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Revision(read(t, tc.kustomization)); got != tc.want {
				t.Errorf("got %q, want %q: %s", got, tc.want, tc.reason)
			}
		})
	}
}

func read(t *testing.T, text string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		t.Fatal(err)
	}
	return object
}
