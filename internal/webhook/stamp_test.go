// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"strings"
	"testing"
)

// TestStampReleaseGate: whatever a ReleaseGate says of who made it, it is who sends it, or is refused.
func TestStampReleaseGate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		object  string
		refused bool
	}{
		"Bare":    {"as it is in a repository", `{"metadata":{"name":"release"}}`, false},
		"Oneself": {"it names the caller", `{"spec":{"openedBy":{"username":"argocd"}}}`, false},
		"Another": {"it names somebody else", `{"spec":{"openedBy":{"username":"alice"}}}`, true},
		"Garbled": {"it names nobody that can be read", `{"spec":{"openedBy":"argocd"}}`, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := reviewOf(t, "countersign.dev", "releasegates", "", "CREATE", "release", "argocd", []byte(tc.object), nil)
			answer := send(t, &Stamp{}, body)
			if answer.Allowed == tc.refused {
				t.Errorf("%s: allowed %t: %v", tc.reason, answer.Allowed, answer.Result)
			}
			if name == "Bare" && !strings.Contains(string(answer.Patch), `"username":"argocd"`) {
				t.Errorf("nobody is written down: %s", answer.Patch)
			}
		})
	}
}
