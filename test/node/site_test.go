// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/node"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/repo"
	"github.com/countersign-dev/countersign/test/cluster"
)

// site is a cluster of one real node, and the images that its containers are of.
type site struct {
	cluster.Cluster
	node *node.Node
	// kernel has the settings of this machine's kernel before there was a node.
	kernel map[string]string
	// reviewed is the image that people have looked at, and other one that nobody has: by digest.
	reviewed, other string
}

// What the programs of the two images say that they are.
const (
	reviewed = "reviewed"
	other    = "other"
)

// Start starts it.
func (s *site) Start(ctx context.Context) error {
	options := controlplane.Options{Scheduler: true, AuditLog: true}
	if err := s.StartControlPlane(ctx, "countersign-node", options); err != nil {
		return err
	}
	if err := s.InstallCountersign(ctx, operator.Options{}); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{s.StartOperator, s.startNode, s.pushImages} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) startNode(ctx context.Context) (err error) {
	if s.kernel, err = kernelSettings(); err != nil {
		return err
	}
	dir, err := s.MakeDir("node")
	if err != nil {
		return err
	}
	if s.node, err = node.Start(ctx, s.ControlPlane, dir); err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	s.EndWith(s.node.Stop)
	return nil
}

// Stop ends it, and looks whether it is gone.
func (s *site) Stop(ctx context.Context, remove bool) error {
	if err := s.Cluster.Stop(ctx, remove); err != nil || s.node == nil {
		return err
	}
	return s.leftovers()
}

// pushImages puts both into the registry. In each is what speaks to a container runtime, for the test that does.
func (s *site) pushImages(ctx context.Context) error {
	bin, err := repo.Bin()
	if err != nil {
		return err
	}
	for build, image := range map[string]*string{reviewed: &s.reviewed, other: &s.other} {
		digest, err := s.node.Registry.Push(ctx, node.Image{
			Name: build + ":v1", Build: build, Files: map[string]string{"ctr": filepath.Join(bin, "ctr")},
		})
		if err != nil {
			return err
		}
		*image = s.node.Registry.Reference(build + "@" + digest)
	}
	return nil
}

// nodeInfo is what the node says of itself.
func (s *site) nodeInfo(t *testing.T) corev1.NodeSystemInfo {
	t.Helper()
	var it corev1.Node
	if err := s.Admin(t).Get(t.Context(), client.ObjectKey{Name: node.Name}, &it); err != nil {
		t.Fatal(err)
	}
	return it.Status.NodeInfo
}
