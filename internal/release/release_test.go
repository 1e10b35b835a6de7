// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

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
		"Elsewhere":    {"an Application in any namespace", "team_shop:apps/Deployment:live/web", of(ArgoCD, "team/shop")},
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

func of(source, name string) *v1alpha1.Release { return &v1alpha1.Release{Source: source, Name: name} }

func TestOfOtherTools(t *testing.T) {
	t.Parallel()
	flux := func(namespace, name string) map[string]string {
		return map[string]string{
			"kustomize.toolkit.fluxcd.io/namespace": namespace, "kustomize.toolkit.fluxcd.io/name": name,
		}
	}
	helm := func(namespace, name string) map[string]string {
		return map[string]string{"meta.helm.sh/release-namespace": namespace, "meta.helm.sh/release-name": name}
	}
	tracked := helm("live", "web")
	tracked[trackingID] = "shop:apps/Deployment:live/web"
	cases := map[string]struct {
		reason              string
		labels, annotations map[string]string
		want                *v1alpha1.Release
	}{
		"Flux":         {"as kustomize-controller writes it", flux("flux-system", "shop"), nil, of(Flux, "flux-system/shop")},
		"FluxNowhere":  {"a name in no namespace", flux("", "shop"), nil, nil},
		"FluxNameless": {"a namespace alone", flux("flux-system", ""), nil, nil},
		"Helm":         {"as Helm writes it", nil, helm("live", "web"), of(Helm, "live/web")},
		"HelmNowhere":  {"a name in no namespace", nil, helm("", "web"), nil},
		"HelmSlash":    {"no name has one", nil, helm("live", "a/b"), nil},
		"HelmLong":     {"a request has no room", nil, helm("live", strings.Repeat("a", maxName)), nil},
		"FluxOfHelm":   {"who applies it now", flux("flux", "shop"), helm("live", "web"), of(Flux, "flux/shop")},
		"ArgoCDOfHelm": {"who applies it now", nil, tracked, of(ArgoCD, "argocd/shop")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Of(Object{
				Kind: schema.GroupKind{Group: "apps", Kind: "Deployment"}, Namespace: "live", Name: "web",
				Labels: tc.labels, Annotations: tc.annotations,
			}, "argocd")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
