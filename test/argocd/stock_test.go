// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"slices"
	"strings"
	"testing"
)

// TestFromStock plays the pages that lead from a stock Argo CD to gated production, and on to an Argo CD that may do
// nothing but read and be its bots. Then a release goes in as it did before.
func TestFromStock(t *testing.T) {
	t.Parallel()
	s := startStock(t)
	p := s.player(t)
	quickstart := page(t, "argocd-quickstart.md")
	p.play(t, quickstart[0])
	p.run(t, "kubectl create namespace shop-production")
	p.run(t, "kubectl apply -f shop.yaml")
	p.run(t, "kubectl wait application shop -n argocd --timeout=1m --for=jsonpath='{.status.sync.status}'=Synced")

	p.play(t, quickstart[1:]...)
	contains(t, "what was asked for", p.said, "deployments/shop", "Entered")
	s.couldGetRound(t, p, true)

	p.play(t, page(t, "argocd-least-privilege.md")...)
	s.couldGetRound(t, p, false)
	p.named = strings.NewReplacer("shop:v1", "shop:v2", "shop:v2", "shop:v3", "Release v2", "Release v3")
	p.play(t, slices.DeleteFunc(quickstart, func(b block) bool {
		return !strings.HasPrefix(b.section, "4.") && !strings.HasPrefix(b.section, "5.")
	})...)
	p.run(t, "kubectl get deployment shop -n shop-production -o jsonpath='{.spec.template.spec.containers[0].image}'")
	contains(t, "what runs", p.said, "shop:v3")
}
