// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"fmt"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/flux"
	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/rollouts"
	"github.com/countersign-dev/countersign/test/cluster"
)

// site is a cluster with Flux and Argo Rollouts on it, and a host of Git repositories.
type site struct {
	cluster.Cluster
	git *gitrepo.Server
}

// Start starts it.
func (s *site) Start(ctx context.Context) error {
	options := controlplane.Options{Nodes: 2, AuditLog: true}
	if err := s.StartControlPlane(ctx, "countersign-delivery", options); err != nil {
		return err
	}
	if err := s.InstallCountersign(ctx, operator.Options{}); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{s.StartOperator, s.startGit, s.startFlux, s.startRollouts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) startGit(context.Context) error {
	dir, err := s.MakeDir("repositories")
	if err != nil {
		return err
	}
	if s.git, err = gitrepo.Serve(dir); err != nil {
		return err
	}
	s.EndWith(func(context.Context) error { return s.git.Close() })
	return nil
}

func (s *site) startFlux(ctx context.Context) error {
	dir, err := s.MakeDir("flux")
	if err != nil {
		return err
	}
	started, err := flux.Start(ctx, s.ControlPlane, dir)
	if err != nil {
		return fmt.Errorf("start Flux: %w", err)
	}
	s.EndWith(started.Stop)
	return nil
}

func (s *site) startRollouts(ctx context.Context) error {
	dir, err := s.MakeDir("rollouts")
	if err != nil {
		return err
	}
	started, err := rollouts.Start(ctx, s.ControlPlane, dir)
	if err != nil {
		return fmt.Errorf("start Argo Rollouts: %w", err)
	}
	s.EndWith(started.Stop)
	return nil
}
