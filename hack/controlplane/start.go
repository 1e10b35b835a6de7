// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"k8s.io/client-go/kubernetes"

	"github.com/countersign-dev/countersign/hack/process"
)

// portAttempts is how often a start is tried again because somebody else took a port that had been free.
const portAttempts = 5

// startAPI starts etcd and the API server.
func (cp *ControlPlane) startAPI(ctx context.Context) error {
	if err := cp.writeAuditPolicy(); err != nil {
		return err
	}
	var err error
	for range portAttempts {
		if err = cp.tryAPI(ctx); !errors.Is(err, errPortTaken) {
			return err
		}
		if err := cp.abandonAPI(ctx); err != nil {
			return err
		}
	}
	return err
}

// tryAPI starts both on ports that are free now.
func (cp *ControlPlane) tryAPI(ctx context.Context) error {
	var etcdAddress, address string
	if err := process.ChooseAddresses(&etcdAddress, &address); err != nil {
		return err
	}
	if err := cp.logInAdmin("https://" + address); err != nil {
		return err
	}
	cp.etcdURL = "https://" + etcdAddress
	if err := cp.run(ctx, etcd, cp.etcdArgs(cp.etcdURL)...); err != nil {
		return err
	}
	if err := cp.run(ctx, apiServer, cp.apiServerArgs(cp.etcdURL, process.Port(address))...); err != nil {
		return err
	}
	return cp.awaitAPI(ctx)
}

func (cp *ControlPlane) abandonAPI(ctx context.Context) error {
	cp.processes = nil
	return errors.Join(kill(ctx, cp.options.Dir), os.RemoveAll(filepath.Join(cp.options.Dir, "etcd")))
}

// logInAdmin makes the administrator's client of the API server at an address.
func (cp *ControlPlane) logInAdmin(url string) error {
	cp.url = url
	if err := cp.writeLogin(adminUser, adminGroup); err != nil {
		return err
	}
	config, err := cp.Admin()
	if err != nil {
		return err
	}
	cp.client, err = kubernetes.NewForConfig(config)
	return err
}

// startControllers starts the controller manager, and the scheduler if there are to be nodes.
func (cp *ControlPlane) startControllers(ctx context.Context) error {
	if err := cp.writeLogin(controllerManagerUser); err != nil {
		return err
	}
	if err := cp.run(ctx, controllerManager, cp.controllerManagerArgs()...); err != nil {
		return err
	}
	if !cp.options.scheduled() {
		return nil
	}
	if err := cp.writeLogin(schedulerUser); err != nil {
		return err
	}
	return cp.run(ctx, scheduler, cp.schedulerArgs()...)
}

// run starts one of the control plane's programs.
func (cp *ControlPlane) run(ctx context.Context, name string, args ...string) error {
	p, err := process.Start(ctx, process.Program{
		Name:     name,
		Path:     filepath.Join(cp.options.BinDir, name),
		Args:     append(args, cp.options.Args[name]...),
		Dir:      cp.options.Dir,
		Detached: cp.options.Detached,
	})
	if err == nil {
		cp.processes = append(cp.processes, p)
	}
	return err
}
