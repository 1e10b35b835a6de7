// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package node runs a real node beside a local control plane: a kubelet, with containerd and runc below it and a
// registry to pull from, so that Pods are containers. kwok, which plays the part of nodes otherwise, runs none.
//
// It needs Linux, and to be root. Its processes and mounts are isolated from those of the machine and end with it. Its
// cgroups are the machine's: they are removed when it stops, or else when the next one starts. The network of Pods
// carries nothing: what a Pod is to reach, it reaches where it has the node's (hostNetwork).
package node

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
	"github.com/countersign-dev/countersign/hack/repo"
)

// Name of the node, and User who its kubelet is to the cluster.
const (
	Name = "worker"
	User = "system:node:" + Name
)

const (
	program = "node"
	// startPatience is how long a start may take. On an idle machine it takes ten seconds.
	startPatience = 2 * time.Minute
)

// Node is one of a control plane.
type Node struct {
	// Registry is what it pulls from.
	Registry *Registry
	// Listener hears what runs on it.
	Listener *Listener

	controlPlane *controlplane.ControlPlane
	dir, bin     string
	// kubelet is the address of its kubelet.
	kubelet string
	process *process.Process
}

// Start starts a node, and returns when it is ready. Everything it writes is kept in the directory, which must exist;
// where a start fails, its logs stay there.
func Start(ctx context.Context, cp *controlplane.ControlPlane, dir string) (*Node, error) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		return nil, errors.New("a real node needs Linux and root: it makes namespaces, mounts and cgroups")
	}
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	bin, err := repo.Bin()
	if err != nil {
		return nil, err
	}
	for _, path := range []string{dir, bin} {
		if err := visible(path); err != nil {
			return nil, err
		}
	}
	n := &Node{controlPlane: cp, dir: dir, bin: bin}
	for _, step := range []func(context.Context) error{n.startRegistry, n.configure, n.makeCgroups, n.run, n.await} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, n.Stop(context.WithoutCancel(ctx)))
		}
	}
	return n, nil
}

func (n *Node) startRegistry(ctx context.Context) (err error) {
	if n.Listener, err = listen(); err != nil {
		return err
	}
	if n.Registry, err = startRegistry(ctx, n.bin, n.dir, n.Listener); err != nil {
		return err
	}
	return n.Registry.pushPause(ctx)
}

func (n *Node) run(ctx context.Context) (err error) {
	script, err := repo.Path("hack", "node", "run")
	if err != nil {
		return err
	}
	n.process, err = process.Start(ctx, process.Program{
		Name: program, Path: script, Args: []string{n.dir, Name}, Dir: n.dir, Isolated: true,
		Env: []string{"PATH=" + n.bin + string(os.PathListSeparator) + os.Getenv("PATH")},
	})
	return err
}

// Stop ends it, and what runs on it.
func (n *Node) Stop(ctx context.Context) error {
	var failures []error
	if n.process != nil {
		failures = append(failures, n.process.Stop(ctx, 0))
	}
	failures = append(failures, removeCgroups(ctx, func(name string) bool { return name == n.Cgroup() }))
	if n.Registry != nil {
		failures = append(failures, n.Registry.stop(ctx))
	}
	if n.Listener != nil {
		failures = append(failures, n.Listener.stop())
	}
	return errors.Join(failures...)
}
