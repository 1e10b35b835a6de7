// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArgoCDOptions(t *testing.T) {
	cases := map[string]struct {
		reason  string
		options ArgoCDOptions
		asked   bool
		says    string
	}{
		"None":     {reason: "nobody is asked by default", options: ArgoCDOptions{Commits: "All"}},
		"Complete": {"whom, and as whom", ArgoCDOptions{Server: "https://a", TokenFile: "t", Commits: "All"}, true, ""},
		"Signed":   {"and what counts", ArgoCDOptions{Server: "https://a", TokenFile: "t", Commits: "Signed"}, true, ""},
		"Commits":  {"a setting that nobody knows", ArgoCDOptions{Commits: "signed"}, false, `All or Signed, not "signed"`},
		"NoToken":  {"it answers nobody", ArgoCDOptions{Server: "https://a", Commits: "All"}, false, "needs --argocd-token"},
		"Token":    {"nobody would be asked", ArgoCDOptions{TokenFile: "t", Commits: "All"}, false, "need --argocd-server"},
		"CA":       {"nobody would be asked", ArgoCDOptions{CAFile: "c", Commits: "All"}, false, "need --argocd-server"},
		"SignedBy": {"nobody would say what is signed", ArgoCDOptions{Commits: "Signed"}, false, "need --argocd-server"},
		"Plain": {
			"the token goes there", ArgoCDOptions{Server: "http://a", TokenFile: "t", Commits: "All"}, false, "must be https://",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			client, err := tc.options.client()
			if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("%s: want an error that says %q, got: %v", tc.reason, tc.says, err)
			}
			if (client != nil) != tc.asked {
				t.Errorf("%s: somebody is asked: %t, want %t", tc.reason, client != nil, tc.asked)
			}
		})
	}
}

func TestArgoCDNamespaces(t *testing.T) {
	cases := map[string]struct {
		reason  string
		options ArgoCDOptions
		want    []string
		says    string
	}{
		"One":   {"there is one", ArgoCDOptions{Namespace: "argocd"}, []string{"argocd"}, ""},
		"More":  {"there are three", ArgoCDOptions{Namespace: "a", Others: "b, c"}, []string{"a", "b", "c"}, ""},
		"None":  {"nobody would be believed", ArgoCDOptions{}, nil, `"" is no name of a namespace`},
		"Quote": {"it would say more in the policy", ArgoCDOptions{Namespace: "a", Others: "b']||true"}, nil, "is no name"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := tc.options.namespaces()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s: %v", tc.reason, err)
			}
		})
	}
}
