// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestDeliveredBy(t *testing.T) {
	t.Parallel()
	shop := types.NamespacedName{Namespace: "team", Name: "shop"}
	cases := map[string]struct {
		reason                     string
		of                         *v1alpha1.Release
		application, kustomization types.NamespacedName
	}{
		"Sync":    {reason: "of Argo CD", of: of(ArgoCD, "team/shop"), application: shop},
		"Flux":    {reason: "of Flux", of: of(Flux, "team/shop"), kustomization: shop},
		"Helm":    {reason: "there is no object of Helm's to go on with", of: of(Helm, "team/shop")},
		"None":    {reason: "no release"},
		"NoPlace": {reason: "somebody wrote it", of: of(ArgoCD, "shop")},
		"ByHand":  {reason: "asked for with kubectl", of: of("CLI", "a/b")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.application, Application(tc.of)); diff != "" {
				t.Errorf("%s: Application (-want +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.kustomization, Kustomization(tc.of)); diff != "" {
				t.Errorf("%s: Kustomization (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for want, of := range map[string]*v1alpha1.Release{"": nil, "Flux/team/shop": of(Flux, "team/shop")} {
		if got := Key(of); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
