// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"fmt"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/forecast"
)

// deliveries registers what looks after the deliveries of Argo CD and of Flux.
func (p parts) deliveries() error {
	for _, tool := range []controller.Tool{controller.ArgoCD(p.options.ArgoCD.trust()), controller.Flux()} {
		resumed := &controller.ResumeReconciler{
			Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Audit: p.trail, Clock: p.clock, Tool: tool,
		}
		if err := resumed.SetupWithManager(p.mgr); err != nil {
			return fmt.Errorf("set up deliveries: %w", err)
		}
	}
	return p.asking()
}

// asking registers what asks for what syncs of Argo CD bring, before they do.
func (p parts) asking() error {
	asker, err := p.asker()
	if err != nil {
		return err
	}
	holds := &controller.ReleaseGateReconciler{
		Client: p.mgr.GetClient(), Asker: asker, Authors: p.authors, Deliveries: p.syncs(), Clock: p.clock,
	}
	if err := holds.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up gates of releases: %w", err)
	}
	if asker == nil {
		return nil
	}
	asked := &controller.RestReconciler{Asker: *asker, Live: p.mgr.GetAPIReader()}
	if err := asked.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up the rest of syncs: %w", err)
	}
	return nil
}

// asker asks for what syncs bring before they do; nil where nobody said which Argo CD to ask.
func (p parts) asker() (*controller.Asker, error) {
	if p.argoCD == nil {
		return nil, nil //nolint:nilnil // nobody is to be asked
	}
	tries, err := p.tries()
	if err != nil {
		return nil, err
	}
	return &controller.Asker{
		Client: p.mgr.GetClient(), ArgoCD: p.argoCD, Forecast: tries, Audit: p.trail,
		Evidence: p.evidence(p.mgr.GetAPIReader()), Configuration: p.configuration(), Kinds: p.served, Clock: p.clock,
		Accounts: p.syncs(),
	}, nil
}

// tries has API servers try what would be stored. It reads past all caches, and does not log what they warn of: that it
// would be turned away is what is asked.
func (p parts) tries() (forecast.Forecaster, error) {
	config := rest.CopyConfig(p.mgr.GetConfig())
	config.WarningHandlerWithContext = rest.NoWarnings{}
	c, err := client.New(config, client.Options{
		HTTPClient: p.mgr.GetHTTPClient(), Scheme: p.mgr.GetScheme(), Mapper: p.mgr.GetRESTMapper(),
	})
	if err != nil {
		return forecast.Forecaster{}, fmt.Errorf("make the client for dry-runs: %w", err)
	}
	return forecast.Forecaster{Client: c}, nil
}

// access registers what lets the operator do more than its role in some namespaces.
func (p parts) access() error {
	for _, access := range []*controller.OwnAccessReconciler{
		{Role: controller.ReadConfiguration, Needed: controller.ConfigurationRead(p.mgr.GetClient())},
		{Role: controller.Forecast, Needed: controller.Forecasts(p.argoCD != nil)},
	} {
		access.Client, access.Operator = p.mgr.GetClient(), p.operator.Username
		if err := access.SetupWithManager(p.mgr); err != nil {
			return fmt.Errorf("set up access by %s: %w", access.Role, err)
		}
	}
	return nil
}
