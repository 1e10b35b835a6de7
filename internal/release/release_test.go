// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestOf(t *testing.T) {
	t.Parallel()
	shop := &v1alpha1.Release{Source: ArgoCD, Name: "argocd/shop"}
	cases := map[string]struct {
		reason   string
		tracking string
		want     *v1alpha1.Release
	}{
		"Tracked":      {"as Argo CD writes it", "shop:apps/Deployment:live/web", shop},
		"Elsewhere":    {"an Application in any namespace", "team_shop:apps/Deployment:live/web", named("team/shop")},
		"Untracked":    {"nobody says anything", "", nil},
		"AnotherName":  {"copied from another object", "shop:apps/Deployment:live/db", nil},
		"AnotherPlace": {"copied from another namespace", "shop:apps/Deployment:staging/web", nil},
		"AnotherKind":  {"copied from another kind", "shop:apps/StatefulSet:live/web", nil},
		"NoName":       {"it would name nothing", ":apps/Deployment:live/web", nil},
		"Halves":       {"a namespace alone names nothing", "team_:apps/Deployment:live/web", nil},
		"NoPlace":      {"nor does a name in no namespace", "_shop:apps/Deployment:live/web", nil},
		"Slash":        {"no name has one", "a_b/c:apps/Deployment:live/web", nil},
		"Long":         {"a request has no room", strings.Repeat("a", maxName) + ":apps/Deployment:live/web", nil},
		"Garbage":      {"it is text that anybody writes", "shop", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Of(Object{
				Kind: schema.GroupKind{Group: "apps", Kind: "Deployment"}, Namespace: "live", Name: "web",
				Annotations: map[string]string{trackingID: tc.tracking},
			}, "argocd")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func named(name string) *v1alpha1.Release { return &v1alpha1.Release{Source: ArgoCD, Name: name} }

func TestApplication(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		of     *v1alpha1.Release
		want   types.NamespacedName
	}{
		"Sync":    {"of Argo CD", named("team/shop"), types.NamespacedName{Namespace: "team", Name: "shop"}},
		"None":    {"no release", nil, types.NamespacedName{}},
		"NoPlace": {"somebody wrote it", named("shop"), types.NamespacedName{}},
		"ByHand":  {"asked for with kubectl", &v1alpha1.Release{Source: "CLI", Name: "a/b"}, types.NamespacedName{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, Application(tc.of)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
