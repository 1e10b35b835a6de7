// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package flux runs a real Flux beside a local control plane: source-controller, which fetches Git repositories, and
// kustomize-controller, which applies what they hold. Each is the service account that it is in a cluster, with the
// rights that its own manifests give it and no others.
package flux

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
	"github.com/countersign-dev/countersign/hack/repo"
)

// Namespace is where Flux lives.
const Namespace = "flux-system"

// The controllers. Their service accounts, programs and modules have these names too.
const (
	sourceController    = "source-controller"
	kustomizeController = "kustomize-controller"
)

const (
	// startPatience is how long a start may take. On an idle machine it takes some seconds.
	startPatience = 2 * time.Minute
	stopGrace     = 5 * time.Second
)

// Flux is one on a control plane.
type Flux struct {
	controlPlane *controlplane.ControlPlane
	dir, bin     string
	addresses    addresses
	processes    []*process.Process
}

// Start installs Flux and starts it, and returns when it is ready. Everything that it writes is kept in the directory,
// which must exist; where a start fails, its logs stay there.
func Start(ctx context.Context, cp *controlplane.ControlPlane, dir string) (*Flux, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	bin, err := repo.Bin()
	if err != nil {
		return nil, err
	}
	addresses, err := chooseAddresses()
	if err != nil {
		return nil, err
	}
	f := &Flux{controlPlane: cp, dir: dir, bin: bin, addresses: addresses}
	for _, step := range []func(context.Context) error{f.install, f.startControllers, f.await} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, f.Stop(context.WithoutCancel(ctx)))
		}
	}
	return f, nil
}

// Stop ends it. What it wrote stays.
func (f *Flux) Stop(ctx context.Context) error {
	failures := make([]error, 0, len(f.processes))
	for _, p := range f.processes {
		failures = append(failures, p.Stop(ctx, stopGrace))
	}
	return errors.Join(failures...)
}

func (f *Flux) file(name string) string { return filepath.Join(f.dir, name) }
