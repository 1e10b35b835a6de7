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
	"github.com/countersign-dev/countersign/hack/operator"
)

// site is a control plane with Countersign and Argo CD on it.
type site struct {
	cluster *controlplane.ControlPlane
	manager *operator.Operator
	argo    *argocd.ArgoCD
	// dir keeps the repositories that are deployed from, and the logs of operator and Argo CD.
	dir string
}

// The users of Argo CD. As people of the cluster they have names of their own.
const (
	argoAlice = "alice"
	argoBob   = "bob"
	// reader is the account that the operator asks as.
	reader = "countersign"
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
	if err := s.startArgoCD(ctx, argocd.Options{
		Users: []string{argoAlice, argoBob}, Readers: []string{reader}, Settings: settings,
		ApplicationNamespaces: []string{"apps-*"},
	}); err != nil {
		return err
	}
	if err := s.startOperator(ctx); err != nil {
		return fmt.Errorf("start the operator: %w", err)
	}
	return s.addHealthChecks(ctx)
}

func (s *site) startOperator(ctx context.Context) (err error) {
	dir := filepath.Join(s.dir, "operator")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	asks, err := s.logInOperator(ctx, dir)
	if err != nil {
		return err
	}
	if s.manager, err = operator.New(s.cluster, operator.Options{Dir: dir, ArgoCD: asks}); err != nil {
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

func (s *site) startArgoCD(ctx context.Context, options argocd.Options) (err error) {
	options.Dir = filepath.Join(s.dir, "argocd")
	if err := os.Mkdir(options.Dir, 0o755); err != nil {
		return err
	}
	if s.argo, err = argocd.Start(ctx, s.cluster, options); err != nil {
		return fmt.Errorf("start Argo CD: %w", err)
	}
	return nil
}

// logInOperator gives the operator what it asks Argo CD with.
func (s *site) logInOperator(ctx context.Context, dir string) (asks operator.ArgoCD, err error) {
	session, err := s.argo.LogIn(ctx, argoAlice)
	if err != nil {
		return asks, err
	}
	token, err := session.Token(ctx, reader)
	if err != nil {
		return asks, err
	}
	asks = operator.ArgoCD{Server: s.argo.URL(), TokenFile: filepath.Join(dir, "argocd-token")}
	if asks.CAFile, err = s.argo.WriteAuthority(dir); err != nil {
		return asks, err
	}
	return asks, os.WriteFile(asks.TokenFile, []byte(token), 0o600)
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
	people.Data = map[string]string{"people.yaml": fmt.Sprintf(
		"- {person: alice, names: [%s, %s]}\n- {person: bob, names: [%s, %s]}\n", argoAlice, alice, argoBob, bob)}
	return c.Update(ctx, people)
}

// stop ends it, and removes its logs where nobody will want to read them.
func (s *site) stop(ctx context.Context, remove bool) error {
	var failures []error
	if s.argo != nil {
		failures = append(failures, s.argo.Stop(ctx))
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
