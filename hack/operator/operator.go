// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package operator installs Countersign on a local control plane and runs its operator beside it: the real program, as
// the service account that it has in a cluster and with no other rights.
package operator

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/process"
	"github.com/countersign-dev/countersign/hack/repo"
)

const (
	namespace      = "countersign-system"
	serviceAccount = "countersign-controller-manager"
	program        = "manager"
)

const (
	startPatience = time.Minute
	stopGrace     = 5 * time.Second
)

// Options say how to run the operator.
type Options struct {
	// Dir keeps the operator's logs. It must exist.
	Dir string
	// Detached lets the operator outlive this process.
	Detached bool
	// LeaderElection lets several operators share the work.
	LeaderElection bool
	// ClientCAFile has the authority of the API server's client certificate; empty where it shows none.
	ClientCAFile string
	// WriteTimeout of the operator, which has a default of its own.
	WriteTimeout time.Duration
	// ArgoCD to ask who wrote what is synced.
	ArgoCD ArgoCD
	// Called is the replica that the API server calls; nil where it is this one.
	Called *Operator
	// CertDir has a serving certificate that somebody else issued; empty where the operator issues its own.
	CertDir string
	// APIServer is the address by which to call the API server; empty for its own.
	APIServer string
}

// ArgoCD says where Argo CD's API server is, as whom to ask it, which commits to believe, where not all, and which
// promoters, with commas between; without a URL nobody is asked.
type ArgoCD struct{ URL, TokenFile, CAFile, Commits, Promoters string }

// Operator is Countersign on one control plane. Its addresses stay the same however often it is started.
type Operator struct {
	options      Options
	controlPlane *controlplane.ControlPlane
	addresses    addresses
}

// New makes the operator of a control plane, or finds the one that was made with the same directory. It starts nothing.
func New(cp *controlplane.ControlPlane, options Options) (*Operator, error) {
	addresses, err := addressesIn(options.Dir)
	if err != nil {
		return nil, err
	}
	return &Operator{options: options, controlPlane: cp, addresses: addresses}, nil
}

// Install applies config/default, changed so that admission calls the operator where it will run.
func (o *Operator) Install(ctx context.Context) error {
	objects, err := install.Render(ctx, filepath.Join("config", "default"))
	if err != nil {
		return err
	}
	if err := install.Beside(objects, o.webhookURL()); err != nil {
		return err
	}
	config, err := Installer(o.controlPlane)
	if err != nil {
		return err
	}
	return install.Apply(ctx, config, objects...)
}

// Start starts the operator, and returns when admission is answered.
func (o *Operator) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	if err := o.logIn(ctx); err != nil {
		return err
	}
	bin, err := repo.Bin()
	if err != nil {
		return err
	}
	p, err := process.Start(ctx, process.Program{
		Name: program, Path: filepath.Join(bin, program), Args: o.args(),
		Dir: o.options.Dir, Detached: o.options.Detached,
		// As in config/manager.
		Env: []string{"GOMEMLIMIT=140MiB"},
	})
	if err != nil {
		return err
	}
	return o.await(ctx, p)
}

// Stop ends the operator, as a node would end its Pod.
func (o *Operator) Stop(ctx context.Context) error { return StopIn(ctx, o.options.Dir) }

// StopIn ends the operator that keeps its logs in a directory, if one runs.
func StopIn(ctx context.Context, dir string) error {
	return process.StopAll(ctx, dir, stopGrace, program)
}

func (o *Operator) args() []string {
	args := []string{
		"--kubeconfig=" + o.kubeconfigFile(),
		"--webhook-bind-address=" + o.addresses.Webhook,
		"--webhook-url=" + o.webhookURL(),
		"--health-probe-bind-address=" + o.addresses.Health,
		"--metrics-bind-address=" + o.addresses.Metrics,
		"--audit-log-file=" + o.AuditLogFile(),
		"--leader-elect=" + strconv.FormatBool(o.options.LeaderElection),
	}
	if o.options.ClientCAFile != "" {
		args = append(args, "--client-ca-file="+o.options.ClientCAFile)
	}
	if o.options.CertDir != "" {
		args = append(args, "--cert-dir="+o.options.CertDir)
	}
	if o.options.WriteTimeout > 0 {
		args = append(args, "--write-timeout="+o.options.WriteTimeout.String())
	}
	if argo := o.options.ArgoCD; argo.URL != "" {
		args = append(args,
			"--argocd-server="+argo.URL, "--argocd-token-file="+argo.TokenFile, "--argocd-ca-file="+argo.CAFile)
	}
	if commits := o.options.ArgoCD.Commits; commits != "" {
		args = append(args, "--argocd-commits="+commits)
	}
	if promoters := o.options.ArgoCD.Promoters; promoters != "" {
		args = append(args, "--argocd-promoters="+promoters)
	}
	return args
}

// webhookURL is where the API server calls the webhooks.
func (o *Operator) webhookURL() string {
	if o.options.Called != nil {
		return o.options.Called.webhookURL()
	}
	return "https://" + o.addresses.Webhook
}

// logIn writes the kubeconfig file of the operator's own service account.
func (o *Operator) logIn(ctx context.Context) error {
	config, err := o.controlPlane.ServiceAccount(ctx, namespace, serviceAccount)
	if err != nil {
		return fmt.Errorf("log in as the operator: %w", err)
	}
	if o.options.APIServer != "" {
		config.Host = o.options.APIServer
	}
	return controlplane.WriteKubeconfig(o.kubeconfigFile(), config)
}
