// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/repo"
)

// startStock starts a control plane of its own, with Argo CD as it comes, but for settings, and nothing of Countersign.
func startStock(t *testing.T, settings map[string]string) *site {
	t.Helper()
	s := &site{}
	t.Cleanup(func() {
		if err := s.Stop(context.WithoutCancel(t.Context()), !t.Failed()); err != nil {
			t.Error(err)
		}
	})
	options := controlplane.Options{Nodes: 1}
	if err := s.StartControlPlane(t.Context(), "countersign-argocd-stock", options); err != nil {
		t.Fatal(err)
	}
	if err := s.makeArgoCD(argocd.Options{Users: []string{argoAlice}, Settings: settings}); err != nil {
		t.Fatal(err)
	}
	if err := s.argo.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// startUnasking starts a Countersign that asks Argo CD for nothing, as it is installed.
func (s *site) startUnasking(ctx context.Context) error {
	if err := s.InstallCountersign(ctx, operator.Options{}); err != nil {
		return err
	}
	return s.StartOperator(ctx)
}

const service = `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports: [{port: 80}]
---
`

// player is an administrator with a checkout, and with a clone of what shop is deployed from.
func (s *site) player(t *testing.T) *player {
	t.Helper()
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	config, err := s.ControlPlane.User("admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig, dir := filepath.Join(s.Dir, "admin.kubeconfig"), filepath.Join(s.Dir, "work")
	for _, err := range []error{
		controlplane.WriteKubeconfig(kubeconfig, config),
		os.Mkdir(dir, 0o755),
		os.Symlink(filepath.Join(root, "config"), filepath.Join(dir, "config")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	origin := filepath.Join(s.Dir, "shop.git")
	p := &player{
		dir: dir,
		env: []string{
			"KUBECONFIG=" + kubeconfig, "HOME=" + s.Dir,
			"PATH=" + filepath.Join(root, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=" + dave.Name, "GIT_AUTHOR_EMAIL=" + dave.Email,
			"GIT_COMMITTER_NAME=" + dave.Name, "GIT_COMMITTER_EMAIL=" + dave.Email,
		},
		named: strings.NewReplacer("https://git.example.com/shop.git", "file://"+origin),
		// No node here runs an image: the programs run beside the control plane.
		instead: map[string]func(context.Context) error{
			"kubectl apply -k config/default": s.startUnasking,
			"kubectl rollout restart statefulset argocd-application-controller -n argocd": func(ctx context.Context) error {
				return s.argo.RestartController(ctx)
			},
		},
	}
	p.run(t, "git init --quiet --bare --initial-branch=main "+origin)
	p.run(t, "git clone --quiet "+origin+" shop && mkdir shop/deploy")
	p.save(t, "# shop/deploy/shop.yaml\n"+service+fmt.Sprintf(manifest, "shop", "v1"))
	p.run(t, "git -C shop add --all && git -C shop commit --quiet --message 'Release v1' && git -C shop push --quiet")
	return p
}
