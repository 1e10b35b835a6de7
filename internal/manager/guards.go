// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"fmt"

	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/guards"
)

// guards has the guards in the API server restored. Where something else issues the certificates, they are those of
// config/certmanager.
func (p parts) guards() error {
	argoCD, err := p.options.ArgoCD.namespaces()
	if err != nil {
		return err
	}
	shipped, err := guards.Shipped(guards.Site{
		CertManager: p.certificate == nil, WebhookURL: p.options.WebhookURL, ArgoCD: argoCD,
	})
	if err != nil {
		return fmt.Errorf("read the guards that are shipped: %w", err)
	}
	version, err := guards.Version()
	if err != nil {
		return fmt.Errorf("read the version of the guards: %w", err)
	}
	reconciler := &controller.GuardReconciler{
		Client: p.mgr.GetClient(), Live: p.mgr.GetAPIReader(), Gaps: p.gaps(), Guards: shipped, Version: version,
	}
	if err := reconciler.SetupWithManager(p.mgr); err != nil {
		return fmt.Errorf("set up guards: %w", err)
	}
	return nil
}

// gaps are where a reconciler writes down that guards are not as they should be.
func (p parts) gaps() *controller.GuardGaps {
	return &controller.GuardGaps{
		Client: p.mgr.GetClient(), Audit: p.trail, Events: p.mgr.GetEventRecorder("countersign"), Clock: p.clock,
		Namespace: p.options.Namespace,
	}
}
