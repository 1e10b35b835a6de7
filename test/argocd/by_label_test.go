// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
	"github.com/countersign-dev/countersign/test/docs"
)

// TestByLabelAlone: an Argo CD that tracks by label leaves the annotation to who writes a manifest, who can have theirs
// pass for a part of what alice syncs meanwhile, of an object that this has too. One that tracks by annotation writes
// it anew, and what the guest brings is nobody's.
func TestByLabelAlone(t *testing.T) {
	t.Parallel()
	shops := v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop"}
	guests := v1alpha1.Release{Source: "ArgoCD", Name: "argocd/guest"}
	for method, want := range map[string]struct {
		asker   asker
		release v1alpha1.Release
	}{
		"label":      {asker{argoAlice, v1alpha1.RequesterArgoCD}, shops},
		"annotation": {asker{"system:serviceaccount:shop-bots:argocd", ""}, guests},
	} {
		t.Run(method, func(t *testing.T) {
			s := startStock(t, map[string]string{"application.resourceTrackingMethod": method})
			request := s.guestOfShop(t)
			if diff := cmp.Diff(want.asker, askerOf(request)); diff != "" {
				t.Errorf("who asks for what the guest brings (-want +got):\n%s", diff)
			}
			got := *request.Spec.Release
			got.Revision = ""
			if diff := cmp.Diff(want.release, got); diff != "" {
				t.Errorf("of what it is (-want +got):\n%s", diff)
			}
		})
	}
}

// guestOfShop has alice sync the shop of the quickstart, and meanwhile a guest's Application another version that
// says that it is the shop's. It returns the request for that.
func (s *site) guestOfShop(t *testing.T) v1alpha1.PromotionRequest {
	t.Helper()
	p := s.player(t)
	p.play(t, slices.DeleteFunc(p.deployShop(t), func(b docs.Block) bool { return b.Section >= "4." })...)
	p.run(t, "mkdir shop/guest")
	p.save(t, "# shop/guest/shop.yaml\n"+withSpec(fmt.Sprintf(manifest, "shop", "evil"), `{metadata: {annotations:
		{argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop-production/shop"}}}`))
	p.run(t, "sed -i s/shop:v1/shop:v2/ shop/deploy/shop.yaml")
	p.run(t, "git -C shop add --all && git -C shop commit --quiet --message 'Release v2' && git -C shop push --quiet")

	p.run(t, "kubectl patch application shop -n argocd --type=merge -p '"+
		`{"spec": {"syncPolicy": {"automated": null, "retry": {"limit": 20}}}}'`)
	session, err := s.argo.LogIn(t.Context(), argoAlice)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Sync(t.Context(), "shop", map[string]any{}); err != nil {
		t.Fatal(err)
	}
	s.askedFor(t, "registry.example.com/shop:v2")
	p.save(t, p.named.Replace(`# guest.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: guest, namespace: argocd}
spec:
  project: shop
  source: {repoURL: "https://git.example.com/shop.git", targetRevision: main, path: guest}
  destination: {server: "https://kubernetes.default.svc", namespace: shop-production}
  syncPolicy: {automated: {}, retry: {limit: 0}}
`))
	p.run(t, "kubectl apply -f guest.yaml")
	return s.askedFor(t, "registry.example.com/shop:evil")
}

// askedFor waits for the request for an image.
func (s *site) askedFor(t *testing.T, image string) (found v1alpha1.PromotionRequest) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		for _, request := range s.Requests(t, "shop-production") {
			if slices.Contains(request.Spec.Change.Images, image) {
				found = request
				return ""
			}
		}
		return "a request for " + image
	})
	return found
}
