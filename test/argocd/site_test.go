// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/hack/operator"
	argo "github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/test/cluster"
)

// site is a cluster with Argo CD on it.
type site struct {
	cluster.Cluster
	argo *argocd.ArgoCD
	// keyring has the keys of those who sign commits. Argo CD knows daves.
	keyring *gitrepo.Keyring
	daves   gitrepo.Key
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

// Start starts it.
func (s *site) Start(ctx context.Context) error {
	options := controlplane.Options{Nodes: 2, AuditLog: true}
	if err := s.StartControlPlane(ctx, "countersign-argocd", options); err != nil {
		return err
	}
	if err := s.prepareArgoCD(ctx); err != nil {
		return fmt.Errorf("prepare Argo CD: %w", err)
	}
	if err := s.startCountersign(ctx); err != nil {
		return err
	}
	if err := s.argo.Start(ctx); err != nil {
		return fmt.Errorf("start Argo CD: %w", err)
	}
	return s.addHealthChecks(ctx)
}

// prepareArgoCD settles where it will serve, which the operator has to know, and whose signatures it believes.
func (s *site) prepareArgoCD(ctx context.Context) (err error) {
	if s.keyring, err = gitrepo.NewKeyring(filepath.Join(s.Dir, "gnupg")); err != nil {
		return err
	}
	s.EndWith(s.keyring.Close)
	if s.daves, err = s.keyring.NewKey(ctx, dave); err != nil {
		return err
	}
	return s.makeArgoCD(argocd.Options{
		Users: []string{argoAlice, argoBob}, Settings: settings, Hydrator: true, Reader: true,
		ApplicationNamespaces: []string{"apps-*"}, Keys: map[string]string{s.daves.ID: s.daves.Public},
	})
}

func (s *site) makeArgoCD(options argocd.Options) (err error) {
	if options.Dir, err = s.MakeDir("argocd"); err != nil {
		return err
	}
	if s.argo, err = argocd.New(s.ControlPlane, options); err != nil {
		return err
	}
	s.EndWith(s.argo.Stop)
	return nil
}

// startCountersign starts it where Argo CD serves, or will.
func (s *site) startCountersign(ctx context.Context) error {
	if err := s.InstallCountersign(ctx, s.operatorThat(argo.CommitsAll)); err != nil {
		return err
	}
	if err := s.mapPeople(ctx); err != nil {
		return fmt.Errorf("say who is who: %w", err)
	}
	return s.StartOperator(ctx)
}

// operatorThat believes what those commits say of their authors.
func (s *site) operatorThat(believes argo.Commits) operator.Options {
	return operator.Options{ArgoCD: operator.ArgoCD{
		URL: s.argo.URL(), TokenFile: s.argo.TokenFile(), CAFile: s.argo.CAFile(), Commits: string(believes),
		Promoters: promoter,
	}}
}

// mapPeople says who the users of Argo CD are in the cluster.
func (s *site) mapPeople(ctx context.Context) error {
	config, err := s.ControlPlane.User("glass", "system:masters", "countersign:break-glass")
	if err != nil {
		return err
	}
	c, err := client.New(config, client.Options{})
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
