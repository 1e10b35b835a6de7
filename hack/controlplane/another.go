// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/process"
)

// Another starts a further API server of the same cluster, from an empty directory. It calls etcd at a URL of its own.
func (cp *ControlPlane) Another(ctx context.Context, dir, etcdURL string) (*ControlPlane, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	other := &ControlPlane{options: cp.options, authority: cp.authority, etcdURL: etcdURL}
	other.options.Dir = dir
	if err := os.Symlink(cp.pkiDir(), filepath.Join(dir, pkiDir)); err != nil {
		return nil, err
	}
	if err := other.writeAuditPolicy(); err != nil {
		return nil, err
	}
	var err error
	for range portAttempts {
		if err = other.tryAPIServer(ctx); err == nil {
			return other, nil
		}
		if err = errors.Join(err, kill(ctx, dir)); !errors.Is(err, errPortTaken) {
			return nil, err
		}
		other.processes = nil
	}
	return nil, err
}

// tryAPIServer starts the API server on a port that is free now.
func (cp *ControlPlane) tryAPIServer(ctx context.Context) error {
	var address string
	if err := process.ChooseAddresses(&address); err != nil {
		return err
	}
	if err := cp.logInAdmin("https://" + address); err != nil {
		return err
	}
	if err := cp.run(ctx, apiServer, cp.apiServerArgs(cp.etcdURL, process.Port(address))...); err != nil {
		return err
	}
	return cp.awaitAPI(ctx)
}
