// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

func TestKindOf(t *testing.T) {
	directory := identity.NewDirectory([]v1alpha1.PipelineRole{{
		ObjectMeta: metav1.ObjectMeta{Name: "checkout-ci"},
		Spec:       v1alpha1.PipelineRoleSpec{Bots: []v1alpha1.Bot{{Namespace: "cicd", Name: "checkout-ci"}}},
	}})
	cases := map[string]struct {
		reason string
		name   string
		want   identity.Kind
	}{
		"Person": {reason: "a login like any", name: "alice@example.com", want: identity.Person},
		"Bot":    {reason: "a role owns it", name: "system:serviceaccount:cicd:checkout-ci", want: identity.Bot},
		"OtherNamespace": {
			reason: "of the same name, and nobody's", name: "system:serviceaccount:dev:checkout-ci", want: identity.Controller,
		},
		"OtherAccount": {
			reason: "in the same namespace, and nobody's", name: "system:serviceaccount:cicd:default", want: identity.Controller,
		},
		"Node":      {reason: "system: users are no people", name: "system:node:worker-1", want: identity.Controller},
		"Anonymous": {reason: "system: users are no people", name: "system:anonymous", want: identity.Controller},
		"Admin": {
			reason: "nor is the administrator without a name", name: "system:admin", want: identity.Controller,
		},
		"Capitals":  {reason: "written to look like no system: user", name: "System:Admin", want: identity.Controller},
		"Fullwidth": {reason: "to look like no system: user", name: "ｓｙｓｔｅｍ：admin", want: identity.Controller},
		"Hidden": {
			reason: "written to look like no system: user", name: "\u200bsystem:admin", want: identity.Controller,
		},
		"Quoted": {reason: "written to look like no system: user", name: `"system":admin`, want: identity.Controller},
		"ShoutingBot": {
			reason: "a bot has one name, to the letter",
			name:   "SYSTEM:serviceaccount:cicd:checkout-ci",
			want:   identity.Controller,
		},
		"NotASystemUser": {reason: "a word is no prefix", name: "systematic@example.com", want: identity.Person},
		"Nobody":         {reason: "no name, nobody", name: "", want: identity.Unknown},
		"Mistakable":     {reason: "could be taken for alice", name: "аlice", want: identity.Unknown},
		"CyrillicSystem": {reason: "could be taken for a system: user", name: "sуstem:admin", want: identity.Unknown},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := directory.KindOf(tc.name); got != tc.want {
				t.Errorf("%s: %q is %q, want %q", tc.reason, tc.name, got, tc.want)
			}
			if got := directory.IsPerson(tc.name); got != (tc.want == identity.Person) {
				t.Errorf("%s: IsPerson is %t", tc.reason, got)
			}
		})
	}
}

func TestZeroDirectoryKnowsNoBots(t *testing.T) {
	var directory identity.Directory
	if got := directory.KindOf("system:serviceaccount:cicd:checkout-ci"); got != identity.Controller {
		t.Errorf("got %q", got)
	}
}

func TestIsServiceAccount(t *testing.T) {
	if !identity.IsServiceAccount(identity.ServiceAccount("cicd", "ci")) || identity.IsServiceAccount("system:node:ci") {
		t.Error("service accounts are those whose names say so")
	}
}

func TestServiceAccountGroups(t *testing.T) {
	cases := map[string]struct {
		reason, name string
		want         []string
	}{
		"Account": {
			"the API server says so too", "system:serviceaccount:shop-bots:argocd",
			[]string{"system:serviceaccounts", "system:serviceaccounts:shop-bots", "system:authenticated"},
		},
		"Person":    {"it is none", "alice@example.com", nil},
		"Coloned":   {"nor is whoever has two colons in the name", "github:shop:alice", nil},
		"Namespace": {"it is none that has a name", "system:serviceaccount:shop-bots", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, identity.ServiceAccountGroups(tc.name)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
