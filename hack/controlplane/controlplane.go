// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
	"github.com/countersign-dev/countersign/hack/process"
)

// ControlPlane is a running control plane.
type ControlPlane struct {
	options Options
	// url is the address of the API server, and etcdURL that of its storage.
	url, etcdURL string
	// authority issues the certificates of the API server and of its users.
	authority *pki.Authority
	processes []*process.Process
	// client acts as the cluster administrator.
	client kubernetes.Interface
}

// startPatience is how long a start may take. On an idle machine it takes three seconds.
const startPatience = 2 * time.Minute

// Start starts a control plane, and returns when it serves. Where that fails its directory stays, for its logs.
func Start(ctx context.Context, options Options) (*ControlPlane, error) {
	options, err := options.complete()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	cp := &ControlPlane{options: options}
	if err := cp.start(ctx); err != nil {
		return nil, errors.Join(err, kill(ctx, options.Dir))
	}
	return cp, nil
}

func (cp *ControlPlane) start(ctx context.Context) error {
	steps := []func(context.Context) error{
		cp.issueCertificates, cp.startAPI, cp.startControllers, cp.startNodes, cp.awaitControllers, cp.awaitNodes,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Attach finds the control plane that an earlier process started in a directory.
func Attach(dir string) (*ControlPlane, error) {
	authority, err := pki.LoadAuthority(filepath.Join(dir, pkiDir), clusterCA)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfigFile(dir, adminUser))
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	return &ControlPlane{options: Options{Dir: dir}, url: config.Host, authority: authority, client: client}, err
}

// Dir is the directory that holds everything the control plane writes.
func (cp *ControlPlane) Dir() string { return cp.options.Dir }

// Stop ends the control plane and removes its directory.
func (cp *ControlPlane) Stop(ctx context.Context) error {
	return Remove(ctx, cp.options.Dir)
}

// Remove ends whatever control plane runs from a directory, be it whole or what a crash left of one, and removes the
// directory.
func Remove(ctx context.Context, dir string) error {
	if err := kill(ctx, dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// kill ends what runs from a directory, without grace, since what a control plane would save goes with it.
func kill(ctx context.Context, dir string) error {
	programs := Options{Nodes: 1}.programs()
	slices.Reverse(programs)
	return process.StopAll(ctx, dir, 0, programs...)
}
