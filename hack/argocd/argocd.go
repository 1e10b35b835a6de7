// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package argocd runs a real Argo CD beside a local control plane: Redis, repo server, application controller and API
// server. The controller and the API server are the service accounts that they are in a cluster, with the rights that
// Argo CD's own manifests give these and no others.
package argocd

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/controlplane/pki"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/process"
	"github.com/countersign-dev/countersign/hack/repo"
)

// Namespace is where Argo CD lives.
const Namespace = "argocd"

const (
	// startPatience is how long a start may take. On an idle machine it takes ten seconds.
	startPatience = 2 * time.Minute
	stopGrace     = 5 * time.Second
)

// Options say how Argo CD is set up.
type Options struct {
	// Dir keeps everything that it writes. It must exist.
	Dir string
	// Users are the local users, who may do everything with applications.
	Users []string
	// Readers are accounts that have no password and may only get applications; see Session.Token.
	Readers []string
	// Settings go into its ConfigMap argocd-cm.
	Settings map[string]string
	// ApplicationNamespaces are where Applications may be besides Namespace; with * for any text.
	ApplicationNamespaces []string
}

// ArgoCD is one on a control plane.
type ArgoCD struct {
	options      Options
	controlPlane *controlplane.ControlPlane
	bin          string
	// sources is the directory of the module that the program was built from.
	sources   string
	addresses addresses
	// authority issues the certificate of the API server.
	authority *pki.Authority
	// passwords of the users, by name.
	passwords     map[string]string
	redisPassword string
	processes     []*process.Process
}

// Start installs Argo CD and starts it, and returns when it serves. Where that fails, its logs stay.
func Start(ctx context.Context, cp *controlplane.ControlPlane, options Options) (*ArgoCD, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	a, err := prepare(cp, options)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{a.findSources, a.install, a.startPrograms, a.await} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
	}
	return a, nil
}

func prepare(cp *controlplane.ControlPlane, options Options) (*ArgoCD, error) {
	bin, err := repo.Bin()
	if err != nil {
		return nil, err
	}
	addresses, err := chooseAddresses()
	if err != nil {
		return nil, err
	}
	authority, err := pki.NewAuthority("argocd")
	if err != nil {
		return nil, err
	}
	return &ArgoCD{
		options: options, controlPlane: cp, bin: bin, addresses: addresses, authority: authority,
		passwords: map[string]string{}, redisPassword: password(),
	}, nil
}

// Stop ends it. What it wrote stays.
func (a *ArgoCD) Stop(ctx context.Context) error {
	failures := make([]error, 0, len(a.processes))
	for _, p := range a.processes {
		failures = append(failures, p.Stop(ctx, stopGrace))
	}
	return errors.Join(failures...)
}

// RestartController ends the application controller, and starts it anew.
func (a *ArgoCD) RestartController(ctx context.Context) error {
	for i, p := range a.processes {
		if p.Name != controller {
			continue
		}
		if err := p.Stop(ctx, stopGrace); err != nil {
			return err
		}
		a.processes = slices.Delete(a.processes, i, i+1)
		break
	}
	if err := a.startController(ctx); err != nil {
		return err
	}
	return a.await(ctx)
}

// installer logs in whoever installs Argo CD, which is a cluster administrator.
func (a *ArgoCD) installer() (*rest.Config, error) { return operator.Installer(a.controlPlane) }

func (a *ArgoCD) file(elements ...string) string {
	return filepath.Join(append([]string{a.options.Dir}, elements...)...)
}
