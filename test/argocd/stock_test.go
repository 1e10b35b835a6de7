// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/test/docs"
)

// TestFromStock plays the pages that lead from a stock Argo CD to gated production, and on to an Argo CD that may do
// nothing but look and be its bots. Then a release goes in as it did before.
func TestFromStock(t *testing.T) {
	t.Parallel()
	s := startStock(t, nil)
	p := s.player(t)
	quickstart := p.deployShop(t)
	p.play(t, quickstart...)
	contains(t, "what was asked for", p.said, "deployments/shop", "Entered")

	least := docs.Page(t, "argocd-least-privilege.md")
	p.play(t, least[0])
	contains(t, "kubectl countersign bypass", p.said, "argocd/argocd-application-controller", "argocd/argocd-server")
	s.deploysItself(t, true)
	p.play(t, least[1:]...)
	for line := range strings.Lines(p.said) {
		if strings.Contains(line, "ServiceAccount argocd/") && !strings.Contains(line, "rolebinding argocd-impersonates") {
			t.Errorf("with least privilege Argo CD could get round it: %s", line)
		}
	}
	s.deploysItself(t, false)
	s.shownAndEdited(t)

	s.asksArgoCD(t, p)
	p.named = strings.NewReplacer("shop:v1", "shop:v2", "shop:v2", "shop:v3", "Release v2", "Release v3")
	p.play(t, slices.DeleteFunc(quickstart, func(b docs.Block) bool {
		return !strings.HasPrefix(b.Section, "4.") && !strings.HasPrefix(b.Section, "5.")
	})...)
	p.run(t, "kubectl get deployment shop -n shop-production -o jsonpath='{.spec.template.spec.containers[0].image}'")
	contains(t, "what runs", p.said, "shop:v3")
	p.run(t, "kubectl get promotionrequests -n shop-production -o jsonpath='{.items[*].spec.authors}'")
	contains(t, "who wrote it", p.said, `{"evidence":"Commit","name":"`+dave.Email+`"}`)
}

// deployShop is what comes before the quickstart's first step. It returns the steps.
func (p *player) deployShop(t *testing.T) []docs.Block {
	t.Helper()
	quickstart := docs.Page(t, "argocd-quickstart.md")
	p.play(t, quickstart[0])
	p.run(t, "kubectl create namespace shop-production")
	p.run(t, "kubectl apply -f shop.yaml")
	p.run(t, "kubectl wait application shop -n argocd --timeout=1m --for=jsonpath='{.status.sync.status}'=Synced")
	return quickstart[1:]
}

// asksArgoCD has Countersign ask it, as the page says. The files of the Secret are where the kubelet would put them.
func (s *site) asksArgoCD(t *testing.T, p *player) {
	t.Helper()
	p.instead["argocd account generate-token --account countersign > token"] = func(ctx context.Context) error {
		administrator, err := s.argo.LogIn(ctx, "admin")
		if err != nil {
			return err
		}
		token, err := administrator.Command(ctx, "account", "generate-token", "--account", "countersign")
		if err != nil {
			return fmt.Errorf("%w: %s", err, token)
		}
		return os.WriteFile(filepath.Join(p.dir, "token"), []byte(token), 0o600)
	}
	p.play(t, docs.Find(t, "argocd.md", "sh", "generate-token"))
	var secret corev1.Secret
	key := client.ObjectKey{Namespace: operatorNamespace, Name: "countersign-argocd"}
	if err := s.As(t, "glass", "system:masters", "countersign:break-glass").Get(t.Context(), key, &secret); err != nil {
		t.Fatal(err)
	}
	mounted, err := s.MakeDir("mounted")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range secret.Data {
		if err := os.WriteFile(filepath.Join(mounted, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asks := operator.Options{ArgoCD: operator.ArgoCD{
		URL: s.argo.URL(), TokenFile: filepath.Join(mounted, "token"), CAFile: filepath.Join(mounted, "ca.crt"),
	}}
	if err := s.RestartOperator(t.Context(), asks); err != nil {
		t.Fatal(err)
	}
}

// deploysItself checks whether Argo CD's own service accounts may change what runs in production.
func (s *site) deploysItself(t *testing.T, want bool) {
	t.Helper()
	for _, account := range []string{argoController, argoServer} {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: account, Groups: []string{"system:serviceaccounts", "system:serviceaccounts:argocd"},
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "shop-production",
			},
		}}
		if err := s.Admin(t).Create(t.Context(), review); err != nil {
			t.Fatal(err)
		}
		if review.Status.Allowed != want {
			t.Errorf("%s may change a Deployment: %t, want %t", account, review.Status.Allowed, want)
		}
	}
}

// shownAndEdited: in the user interface of Argo CD objects are shown, and what is edited there is gated.
func (s *site) shownAndEdited(t *testing.T) {
	t.Helper()
	session, err := s.argo.LogIn(t.Context(), argoAlice)
	if err != nil {
		t.Fatal(err)
	}
	web := argocd.Object{
		Group: appsv1.GroupName, Version: "v1", Kind: "Deployment", Namespace: "shop-production", Name: "shop",
	}
	var shown struct{ Manifest string }
	if err := session.Live(t.Context(), "shop", web, &shown); err != nil {
		t.Fatal(err)
	}
	contains(t, "what is shown", shown.Manifest, "shop:v2")
	err = session.Edit(t.Context(), "shop", web, `{"spec":{"paused":true}}`)
	if err == nil || !strings.Contains(err.Error(), "may not enter production") {
		t.Errorf("what is edited in Argo CD is gated: %v", err)
	}
}
