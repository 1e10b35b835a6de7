// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rotator keeps the Secret and the webhook configurations as they should be. It runs in the leader alone, and reads
// live: by a cache that lags behind, it could take back an authority that is trusted already.
type rotator struct {
	serving  *Serving
	live     client.Reader
	writer   client.Writer
	settling settling
	gaps     Gaps
	carried  carried
}

// Reconcile writes the Secret first, and then the configurations: an authority that is trusted must not get lost.
func (r *rotator) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	configurations, err := r.readConfigurations(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	secret, err := r.readSecret(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	options := r.serving.options
	renewed, err := r.renew(parse(secret.Data).or(r.serving.current()), configurations, options.Clock.Now())
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.writeSecret(ctx, secret, renewed); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: options.Settle}, r.inject(ctx, configurations, renewed)
}

// renew replaces what is due.
func (r *rotator) renew(m material, configurations []client.Object, now time.Time) (material, error) {
	options := r.serving.options
	r.settling.observe(m.authority, configurations, now)
	due := renewal{issuer: newIssuer(options), hosts: options.hosts(), now: now}
	return due.apply(m, r.settling.settled(options.Settle, now))
}
