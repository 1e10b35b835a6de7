// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"fmt"
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/healthz"
)

// checks are what the operator needs to answer admission.
func (p parts) checks() map[string]healthz.Checker {
	checks := map[string]healthz.Checker{
		"webhook":     p.mgr.GetWebhookServer().StartedChecker(),
		"caches":      cachesFilled(p.mgr.GetCache()),
		"audit":       p.trail.Check,
		"clock":       p.clocks.Check,
		"controllers": ownIdentities(p.mgr.GetAPIReader()),
	}
	if p.certificate != nil {
		checks["certificate"] = p.certificate.Check
	}
	return checks
}

func (p parts) probes() error {
	for name, check := range p.checks() {
		if err := p.mgr.AddReadyzCheck(name, check); err != nil {
			return fmt.Errorf("add readiness check %s: %w", name, err)
		}
	}
	return p.mgr.AddHealthzCheck("ping", healthz.Ping)
}

// ready says what this replica lacks to answer admission.
func (p parts) ready(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/readyz", nil)
	if err != nil {
		return err
	}
	for name, check := range p.checks() {
		if err := check(request); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
