// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package argocd runs a real Argo CD beside a local control plane: Redis, repo server, application controller and API
// server. The controller and the API server are the service accounts that they are in a cluster, with the rights that
// Argo CD's own manifests give these and no others.
package argocd

import (
	"context"
	"errors"
	"fmt"
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
	// Settings go into its ConfigMap argocd-cm.
	Settings map[string]string
	// ApplicationNamespaces are where Applications may be besides Namespace; with * for any text.
	ApplicationNamespaces []string
	// Keys that it believes signatures of, as armored text, by their ID of 16 hexadecimal digits.
	Keys map[string]string
	// Hydrator : it writes what sources render to into branches.
	Hydrator bool
	// Reader : it has the account that Countersign asks it as; see docs/argocd.md.
	Reader bool
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

// New makes the Argo CD of a control plane. It starts nothing; where it will serve is settled.
func New(cp *controlplane.ControlPlane, options Options) (*ArgoCD, error) {
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
	a := &ArgoCD{
		options: options, controlPlane: cp, bin: bin, addresses: addresses, authority: authority,
		passwords: map[string]string{}, redisPassword: password(),
	}
	return a, a.writeAuthority()
}

// Start installs Argo CD and starts it, and returns when it serves. Where that fails, its logs stay.
func (a *ArgoCD) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for _, step := range []func(context.Context) error{
		a.findSources, a.install, a.startPrograms, a.await, a.issueToken,
	} {
		if err := step(ctx); err != nil {
			return errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
	}
	return nil
}

// Stop ends it. What it wrote stays.
func (a *ArgoCD) Stop(ctx context.Context) error {
	failures := make([]error, 0, len(a.processes)+1)
	for _, p := range a.processes {
		failures = append(failures, p.Stop(ctx, stopGrace))
	}
	return errors.Join(append(failures, a.stopAgent(ctx))...)
}

// StopServer ends the API server alone.
func (a *ArgoCD) StopServer(ctx context.Context) error { return a.stopPart(ctx, server) }

// stopPart ends one of its programs.
func (a *ArgoCD) stopPart(ctx context.Context, name string) error {
	i := slices.IndexFunc(a.processes, func(p *process.Process) bool { return p.Name == name })
	if i < 0 {
		return fmt.Errorf("%s was not started", name)
	}
	p := a.processes[i]
	a.processes = slices.Delete(a.processes, i, i+1)
	return p.Stop(ctx, stopGrace)
}

// StartServer starts it again at the same address, and returns when it serves.
func (a *ArgoCD) StartServer(ctx context.Context) error {
	if err := a.startServer(ctx); err != nil {
		return err
	}
	return a.await(ctx)
}

// RestartController ends the application controller, and starts it anew.
func (a *ArgoCD) RestartController(ctx context.Context) error {
	if err := a.stopPart(ctx, controller); err != nil {
		return err
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
