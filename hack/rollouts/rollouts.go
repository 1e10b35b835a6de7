// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package rollouts runs a real Argo Rollouts beside a local control plane: its controller, as the service account that
// it is in a cluster, with the rights that its own manifests give it and no others.
package rollouts

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/process"
	"github.com/countersign-dev/countersign/hack/repo"
)

const (
	// namespace of Argo Rollouts, and name of its service account.
	namespace = "argo-rollouts"
	account   = "argo-rollouts"
	program   = "rollouts-controller"
)

const (
	// startPatience is how long a start may take. On an idle machine it takes some seconds.
	startPatience = 2 * time.Minute
	stopGrace     = 5 * time.Second
)

// Rollouts is Argo Rollouts on a control plane.
type Rollouts struct {
	controlPlane *controlplane.ControlPlane
	dir          string
	process      *process.Process
}

// Start installs Argo Rollouts and starts it, and returns when it is well. Everything that it writes is kept in the
// directory, which must exist; where a start fails, its log stays there.
func Start(ctx context.Context, cp *controlplane.ControlPlane, dir string) (*Rollouts, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	r := &Rollouts{controlPlane: cp, dir: dir}
	for _, step := range []func(context.Context) error{r.install, r.run} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, r.Stop(context.WithoutCancel(ctx)))
		}
	}
	return r, nil
}

// Stop ends it. What it wrote stays.
func (r *Rollouts) Stop(ctx context.Context) error {
	if r.process == nil {
		return nil
	}
	return r.process.Stop(ctx, stopGrace)
}

// install applies its own manifests. Its Deployment has no Pods.
func (r *Rollouts) install(ctx context.Context) error {
	sources, err := repo.Sources(ctx, "rollouts", "github.com/argoproj/argo-rollouts")
	if err != nil {
		return err
	}
	objects, err := install.Render(ctx, filepath.Join(sources, "manifests", "cluster-install"))
	if err != nil {
		return err
	}
	if err := install.Beside(objects, ""); err != nil {
		return err
	}
	for _, object := range objects {
		if kind := object.GetKind(); kind != "CustomResourceDefinition" && !strings.HasPrefix(kind, "Cluster") {
			object.SetNamespace(namespace)
		}
	}
	home := &unstructured.Unstructured{}
	home.SetAPIVersion("v1")
	home.SetKind("Namespace")
	home.SetName(namespace)
	config, err := operator.Installer(r.controlPlane)
	if err != nil {
		return err
	}
	return install.Apply(ctx, config, append(objects, home)...)
}

// run its controller, and wait until it is well.
func (r *Rollouts) run(ctx context.Context) error {
	config, err := r.controlPlane.ServiceAccount(ctx, namespace, account)
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(r.dir, "kubeconfig")
	if err := controlplane.WriteKubeconfig(kubeconfig, config); err != nil {
		return err
	}
	var health, metrics string
	if err := process.ChooseAddresses(&health, &metrics); err != nil {
		return err
	}
	bin, err := repo.Bin()
	if err != nil {
		return err
	}
	r.process, err = process.Start(ctx, process.Program{
		Name: program, Path: filepath.Join(bin, program), Dir: r.dir, Env: []string{"HOME=" + r.dir},
		Args: []string{
			"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--healthzPort=" + process.Port(health),
			"--metricsPort=" + process.Port(metrics),
		},
	})
	if err != nil {
		return err
	}
	return process.Await(ctx, []*process.Process{r.process}, "http://"+health+"/healthz")
}
