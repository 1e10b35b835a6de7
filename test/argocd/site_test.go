// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/hack/operator"
	argo "github.com/countersign-dev/countersign/internal/argocd"
)

// site is a control plane with Countersign and Argo CD on it.
type site struct {
	cluster *controlplane.ControlPlane
	manager *operator.Operator
	argo    *argocd.ArgoCD
	// keyring has the keys of those who sign commits. Argo CD knows daves.
	keyring *gitrepo.Keyring
	daves   gitrepo.Key
	// dir keeps the repositories that are deployed from, and the logs of operator and Argo CD.
	dir string
}

// The users of Argo CD. As people of the cluster they have names of their own.
const (
	argoAlice = "alice"
	argoBob   = "bob"
)

// settings let a sync act as the service account that its project names; one without acts as Argo CD's own.
var settings = map[string]string{
	"application.sync.impersonation.enabled":  "true",
	"application.sync.impersonation.enforced": "false",
}

func (s *site) start(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "countersign-argocd-"); err != nil {
		return err
	}
	if s.cluster, err = controlplane.Start(ctx, controlplane.Options{Nodes: 2, AuditLog: true}); err != nil {
		return fmt.Errorf("start the control plane: %w", err)
	}
	if err := s.prepareArgoCD(ctx); err != nil {
		return fmt.Errorf("prepare Argo CD: %w", err)
	}
	if err := s.startOperator(ctx); err != nil {
		return fmt.Errorf("start the operator: %w", err)
	}
	if err := s.argo.Start(ctx); err != nil {
		return fmt.Errorf("start Argo CD: %w", err)
	}
	return s.addHealthChecks(ctx)
}

// prepareArgoCD settles where it will serve, which the operator has to know, and whose signatures it believes.
func (s *site) prepareArgoCD(ctx context.Context) (err error) {
	if s.keyring, err = gitrepo.NewKeyring(filepath.Join(s.dir, "gnupg")); err != nil {
		return err
	}
	if s.daves, err = s.keyring.NewKey(ctx, dave); err != nil {
		return err
	}
	dir := filepath.Join(s.dir, "argocd")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	s.argo, err = argocd.New(s.cluster, argocd.Options{
		Dir: dir, Users: []string{argoAlice, argoBob}, Settings: settings,
		ApplicationNamespaces: []string{"apps-*"}, Keys: map[string]string{s.daves.ID: s.daves.Public},
	})
	return err
}

func (s *site) startOperator(ctx context.Context) (err error) {
	if err := os.Mkdir(s.operatorDir(), 0o755); err != nil {
		return err
	}
	if s.manager, err = s.operatorThat(argo.CommitsAll); err != nil {
		return err
	}
	if err := s.manager.Install(ctx); err != nil {
		return fmt.Errorf("install Countersign: %w", err)
	}
	if err := s.mapPeople(ctx); err != nil {
		return fmt.Errorf("say who is who: %w", err)
	}
	if err := s.manager.Start(ctx); err != nil {
		return fmt.Errorf("start the operator: %w", err)
	}
	return nil
}

func (s *site) operatorDir() string { return filepath.Join(s.dir, "operator") }

// operatorThat believes what commits say of their authors.
func (s *site) operatorThat(believes argo.Commits) (*operator.Operator, error) {
	return operator.New(s.cluster, operator.Options{Dir: s.operatorDir(), ArgoCD: operator.ArgoCD{
		URL: s.argo.URL(), TokenFile: s.argo.TokenFile(), CAFile: s.argo.CAFile(), Commits: string(believes),
	}})
}

// believe restarts the operator as one that believes what those commits say of their authors.
func (s *site) believe(ctx context.Context, commits argo.Commits) (err error) {
	if err := s.manager.Stop(ctx); err != nil {
		return err
	}
	if s.manager, err = s.operatorThat(commits); err != nil {
		return err
	}
	return s.manager.Start(ctx)
}

func (s *site) startArgoCD(ctx context.Context, options argocd.Options) (err error) {
	options.Dir = filepath.Join(s.dir, "argocd")
	if err := os.Mkdir(options.Dir, 0o755); err != nil {
		return err
	}
	if s.argo, err = argocd.New(s.cluster, options); err != nil {
		return err
	}
	if err := s.argo.Start(ctx); err != nil {
		return fmt.Errorf("start Argo CD: %w", err)
	}
	return nil
}

// mapPeople says who the users of Argo CD are in the cluster.
func (s *site) mapPeople(ctx context.Context) error {
	config, err := s.cluster.User("glass", "system:masters", "countersign:break-glass")
	if err != nil {
		return err
	}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	people := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: operatorNamespace, Name: "countersign-identities"}
	if err := c.Get(ctx, key, people); err != nil {
		return err
	}
	people.Data = map[string]string{"people.yaml": fmt.Sprintf(`- {person: alice, names: [%s, %s]}
- {person: bob, names: [%s, %s, %s]}
`, argoAlice, alice, argoBob, bob, noreply)}
	return c.Update(ctx, people)
}

// stop ends it, and removes its logs where nobody will want to read them.
func (s *site) stop(ctx context.Context, remove bool) error {
	var failures []error
	if s.argo != nil {
		failures = append(failures, s.argo.Stop(ctx))
	}
	if s.keyring != nil {
		failures = append(failures, s.keyring.Close(ctx))
	}
	if s.manager != nil {
		failures = append(failures, s.manager.Stop(ctx))
	}
	if s.cluster != nil {
		failures = append(failures, s.cluster.Stop(ctx))
	}
	if !remove {
		fmt.Fprintln(os.Stderr, "The logs of Countersign and Argo CD are in", s.dir)
		return errors.Join(failures...)
	}
	return errors.Join(append(failures, os.RemoveAll(s.dir))...)
}
