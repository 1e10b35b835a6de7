// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
)

var platform = types.NamespacedName{Namespace: "argocd", Name: "platform"}

// TestBy : who is written down is read as they were.
func TestBy(t *testing.T) {
	t.Parallel()
	sync := Sync{Project: "platform", Revisions: []string{"a"}}
	several := Sync{Project: "platform", Revisions: []string{"a", "b"}, Hydrated: true}
	cases := map[string]struct {
		reason string
		text   string
		want   By
	}{
		"Person": {"a user name", bob, By{Username: bob}},
		"Named": {
			"a person does not come in a delivery", "eve of argocd/platform platform a",
			By{Username: "eve of argocd/platform platform a"},
		},
		"Account": {"by itself", server, By{Username: server}},
		"Delivery": {
			"by what Argo CD syncs", trust.Controller() + " of argocd/platform platform a",
			By{trust.Controller(), &Delivery{platform, sync}},
		},
		"Hydrated": {
			"of several sources", trust.Controller() + " of argocd/platform platform a,b hydrated",
			By{trust.Controller(), &Delivery{platform, several}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := byOf(tc.text)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if got.String() != tc.text {
				t.Errorf("%s: it is written as %q, want %q", tc.reason, got, tc.text)
			}
		})
	}
	for _, garbled := range []string{" of ", " of a/b c", " of a/b c d e", " of a/b c d hydrated f"} {
		if got := byOf(server + garbled); got != (By{Username: server}) {
			t.Errorf("%q is read as %v", garbled, got)
		}
	}
}

// TestDeliveredEditors : who changed an Application by a commit that Argo CD delivers is who wrote the commit.
func TestDeliveredEditors(t *testing.T) {
	t.Parallel()
	delivery := Delivery{platform, Sync{Project: "platform", Revisions: []string{"a"}}}
	p := unseen(t, plain).deployed()
	p.editedBy(By{trust.Controller(), &delivery}, patched).edited(bob, other)
	authors, deliveries, err := Editors(p.application)
	if diff := cmp.Diff(edited(bob), authors); diff != "" || err != nil {
		t.Errorf("besides, %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]Delivery{delivery}, deliveries); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestDeliveryOf : what a sync brings is its commits' where nobody else's work is in it.
func TestDeliveryOf(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		given  *past
		want   *Delivery
	}{
		"Known": {
			"the commit says who wrote it", unseen(t, plain).deployed().syncs(),
			&Delivery{platform, Sync{Revisions: []string{"abc"}}},
		},
		"NoSync":  {"nothing is delivered", unseen(t, plain).deployed(), nil},
		"Edited":  {"mallory wrote a part of it", unseen(t, plain).deployed().edited(mallory, patched).syncs(), nil},
		"Unknown": {"nobody knows who made the Application", unseen(t, plain).syncs(), nil},
		"Delivered": {
			"it came from another one", unseen(t, plain).deployed().
				editedBy(By{server, &Delivery{platform, Sync{}}}, patched).syncs(), nil,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, DeliveryOf(platform, tc.given.application)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestUnasked : where nobody is asked who wrote the commits, it is known who changed the Application.
func TestUnasked(t *testing.T) {
	t.Parallel()
	given := unseen(t, plain).deployed().edited(mallory, patched).application
	got, err := Unasked{}.Of(t.Context(), platform, given)
	if diff := cmp.Diff(edited(mallory), got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	saysAll(t, "there are others", err, []string{"no --argocd-server"})
}
