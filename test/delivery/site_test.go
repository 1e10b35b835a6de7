// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/flux"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/rollouts"
)

// site is a control plane with Countersign, Flux and Argo Rollouts on it, and a host of Git repositories.
type site struct {
	cluster  *controlplane.ControlPlane
	manager  *operator.Operator
	flux     *flux.Flux
	rollouts *rollouts.Rollouts
	git      *gitrepo.Server
	// dir keeps the repositories, and the logs of all of them.
	dir string
}

func (s *site) start(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "countersign-delivery-"); err != nil {
		return err
	}
	if s.cluster, err = controlplane.Start(ctx, controlplane.Options{Nodes: 2, AuditLog: true}); err != nil {
		return fmt.Errorf("start the control plane: %w", err)
	}
	for _, step := range []func(context.Context) error{s.startOperator, s.startGit, s.startFlux, s.startRollouts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) startOperator(ctx context.Context) error {
	dir, err := s.make("operator")
	if err != nil {
		return err
	}
	if s.manager, err = operator.New(s.cluster, operator.Options{Dir: dir}); err != nil {
		return err
	}
	if err := s.manager.Install(ctx); err != nil {
		return fmt.Errorf("install the operator: %w", err)
	}
	return s.manager.Start(ctx)
}

func (s *site) startGit(context.Context) error {
	dir, err := s.make("repositories")
	if err != nil {
		return err
	}
	s.git, err = gitrepo.Serve(dir)
	return err
}

func (s *site) startFlux(ctx context.Context) error {
	dir, err := s.make("flux")
	if err != nil {
		return err
	}
	if s.flux, err = flux.Start(ctx, s.cluster, dir); err != nil {
		return fmt.Errorf("start Flux: %w", err)
	}
	return nil
}

func (s *site) startRollouts(ctx context.Context) error {
	dir, err := s.make("rollouts")
	if err != nil {
		return err
	}
	if s.rollouts, err = rollouts.Start(ctx, s.cluster, dir); err != nil {
		return fmt.Errorf("start Argo Rollouts: %w", err)
	}
	return nil
}

func (s *site) make(name string) (string, error) {
	dir := filepath.Join(s.dir, name)
	return dir, os.Mkdir(dir, 0o755)
}

// stop ends it, and removes its logs where nobody will want to read them.
func (s *site) stop(ctx context.Context, remove bool) error {
	var failures []error
	if s.rollouts != nil {
		failures = append(failures, s.rollouts.Stop(ctx))
	}
	if s.flux != nil {
		failures = append(failures, s.flux.Stop(ctx))
	}
	if s.git != nil {
		failures = append(failures, s.git.Close())
	}
	if s.manager != nil {
		failures = append(failures, s.manager.Stop(ctx))
	}
	if s.cluster != nil {
		failures = append(failures, s.cluster.Stop(ctx))
	}
	if !remove {
		fmt.Fprintln(os.Stderr, "The logs are in", s.dir)
		return errors.Join(failures...)
	}
	return errors.Join(append(failures, os.RemoveAll(s.dir))...)
}
