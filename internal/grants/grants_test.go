// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

var update = flag.Bool("update", false, "write what is rendered to testdata")

// input of a golden test.
type input struct {
	Role       v1alpha1.PipelineRole `json:"role"`
	Namespaces []string              `json:"namespaces"`
	Gated      grants.Gated          `json:"gated"`
	Now        metav1.Time           `json:"now"`
	// APIAudiences of the API server.
	APIAudiences []string `json:"apiAudiences"`
}

// TestGolden renders testdata/<case>/in.yaml and compares it with want.yaml.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/in.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, in := range cases {
		dir := filepath.Dir(in)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			got := render(t, readInput(t, in))
			want := filepath.Join(dir, "want.yaml")
			if *update {
				if err := os.WriteFile(want, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			wanted, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(wanted), string(got)); diff != "" {
				t.Errorf("-want, +got (run with -update to accept):\n%s", diff)
			}
		})
	}
}

func readInput(t *testing.T, file string) input {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var in input
	if err := yaml.UnmarshalStrict(text, &in); err != nil {
		t.Fatal(err)
	}
	return in
}

func render(t *testing.T, in input) []byte {
	t.Helper()
	var documents [][]byte
	add := func(object any) {
		text, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, text)
	}
	for _, bot := range in.Role.Spec.Bots {
		account := grants.Account(&in.Role, bot, in.APIAudiences)
		account.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}
		add(account)
	}
	holders := grants.HoldersOf(&in.Role, in.Role.Spec.Bots, in.Now.Time)
	for _, binding := range grants.Bindings(&in.Role, holders, in.Namespaces, in.Gated, always) {
		binding.TypeMeta = metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"}
		add(binding)
	}
	return bytes.Join(documents, []byte("---\n"))
}

func TestNextChange(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := func(d time.Duration) *metav1.Time { return &metav1.Time{Time: now.Add(d)} }
	cases := map[string]struct {
		reason  string
		members []v1alpha1.Member
		want    *time.Time
	}{
		"Never": {
			reason:  "memberships without an end do not end",
			members: []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "alice"}},
		},
		"Soonest": {
			reason: "the next end counts; what has ended does not, nor what ends now",
			members: []v1alpha1.Member{
				{Kind: v1alpha1.MemberUser, Name: "alice", ExpireTime: in(2 * time.Hour)},
				{Kind: v1alpha1.MemberUser, Name: "bob", ExpireTime: in(time.Hour)},
				{Kind: v1alpha1.MemberUser, Name: "carol", ExpireTime: in(0)},
				{Kind: v1alpha1.MemberUser, Name: "dave", ExpireTime: in(-time.Hour)},
			},
			want: &in(time.Hour).Time,
		},
		"NotAMember": {
			reason:  "who holds nothing loses nothing",
			members: []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: "system:masters", ExpireTime: in(time.Hour)}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			role := &v1alpha1.PipelineRole{Spec: v1alpha1.PipelineRoleSpec{Members: tc.members}}
			if diff := cmp.Diff(tc.want, grants.NextChange(role, now)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
