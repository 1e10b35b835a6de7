// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"os"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
)

// addresses are where the controllers listen.
type addresses struct {
	// artifacts that source-controller has fetched.
	artifacts string
	// health of each controller.
	sourceHealth, kustomizeHealth string
}

// chooseAddresses takes some that nobody uses now.
func chooseAddresses() (chosen addresses, err error) {
	err = process.ChooseAddresses(&chosen.artifacts, &chosen.sourceHealth, &chosen.kustomizeHealth)
	return chosen, err
}

func (f *Flux) startControllers(ctx context.Context) error {
	for _, dir := range []string{"artifacts", "tmp"} {
		if err := os.MkdirAll(f.file(dir), 0o700); err != nil {
			return err
		}
	}
	if err := f.run(ctx, sourceController, f.addresses.sourceHealth, "--storage-path="+f.file("artifacts"),
		"--storage-addr="+f.addresses.artifacts, "--storage-adv-addr="+f.addresses.artifacts); err != nil {
		return err
	}
	return f.run(ctx, kustomizeController, f.addresses.kustomizeHealth)
}

// await waits until both controllers say that they are ready, and artifacts are served.
func (f *Flux) await(ctx context.Context) error {
	return process.Await(ctx, f.processes, "http://"+f.addresses.artifacts+"/",
		"http://"+f.addresses.sourceHealth+"/readyz", "http://"+f.addresses.kustomizeHealth+"/readyz")
}

// run a controller as the service account of its name. It finds nothing of whoever runs it.
func (f *Flux) run(ctx context.Context, name, health string, args ...string) error {
	config, err := f.controlPlane.ServiceAccount(ctx, Namespace, name)
	if err != nil {
		return err
	}
	kubeconfig := f.file(name + ".kubeconfig")
	if err := controlplane.WriteKubeconfig(kubeconfig, config); err != nil {
		return err
	}
	p, err := process.Start(ctx, process.Program{
		Name: name, Path: filepath.Join(f.bin, name), Dir: f.dir,
		Args: append(args, "--health-addr="+health, "--metrics-addr=0"),
		Env: []string{
			"KUBECONFIG=" + kubeconfig, "RUNTIME_NAMESPACE=" + Namespace, "HOME=" + f.dir, "TMPDIR=" + f.file("tmp"),
		},
	})
	if err == nil {
		f.processes = append(f.processes, p)
	}
	return err
}
