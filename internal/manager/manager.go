// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/metrics"
	"github.com/countersign-dev/countersign/internal/skew"
)

// leaderElectionID is the name of the lease that the leader holds.
const leaderElectionID = "countersign.dev"

// New puts the operator together. It does not start it.
func New(ctx context.Context, config *rest.Config, options Options, trail *audit.Log) (ctrl.Manager, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, err
	}
	clocks := &skew.Meter{Clock: clock.RealClock{}}
	config = rest.CopyConfig(config)
	config.Wrap(clocks.Wrap)
	certificate, server, err := newServer(options)
	if err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Cache:                         cacheOptions(certificate, options.Namespace),
		Client:                        client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		WebhookServer:                 server,
		Metrics:                       metricsOptions(options),
		HealthProbeBindAddress:        options.HealthAddress,
		LeaderElection:                options.LeaderElection,
		LeaderElectionID:              leaderElectionID,
		LeaderElectionNamespace:       options.Namespace,
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return nil, fmt.Errorf("make the manager: %w", err)
	}
	return mgr, setup(ctx, mgr, options, parts{certificate: certificate, trail: trail, clocks: clocks})
}

// setup adds what is missing to the parts, and puts them together.
func setup(ctx context.Context, mgr ctrl.Manager, options Options, parts parts) error {
	argoCD, err := options.ArgoCD.client()
	if err != nil {
		return err
	}
	operator, err := whoAmI(ctx, mgr.GetConfig())
	if err != nil {
		return err
	}
	if err := index.Setup(ctx, mgr.GetFieldIndexer(), workloadGVKs()...); err != nil {
		return err
	}
	if err := evidence.Watch(ctx, mgr.GetCache(), workloadKinds()); err != nil {
		return err
	}
	attention := metrics.Attention{Cache: mgr.GetClient(), Clock: clock.RealClock{}}
	if err := ctrlmetrics.Registry.Register(attention); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	kinds, err := servedKinds(mgr, clock.RealClock{})
	if err != nil {
		return err
	}
	parts.mgr, parts.operator, parts.clock, parts.served, parts.options = mgr, operator, clock.RealClock{}, kinds, options
	parts.identities = evidence.NewIdentities(mgr.GetClient(), options.Namespace)
	parts.argoCD, parts.authors = argoCD, options.ArgoCD.authors(argoCD)
	if parts.certificate != nil {
		if err := parts.certificate.SetupWithManager(mgr, parts.gaps()); err != nil {
			return fmt.Errorf("set up certificates: %w", err)
		}
	}
	if err := parts.configuration().EnsureKey(ctx, mgr.GetClient()); err != nil {
		return fmt.Errorf("make the key that Secrets are sealed with: %w", err)
	}
	if err := parts.webhooks(); err != nil {
		return err
	}
	if err := parts.controllers(); err != nil {
		return err
	}
	return parts.probes()
}

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("register the built-in kinds: %w", err)
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("register our kinds: %w", err)
	}
	return scheme, nil
}

func metricsOptions(options Options) metricsserver.Options {
	return metricsserver.Options{
		BindAddress:    options.MetricsAddress,
		SecureServing:  true,
		FilterProvider: filters.WithAuthenticationAndAuthorization,
	}
}
