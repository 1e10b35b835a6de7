// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

// up starts everything, after it has removed what an earlier run left. Where it fails, what runs stays to be looked at.
func (d *demo) up(ctx context.Context) error {
	if err := d.remove(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(d.operatorDir(), 0o755); err != nil {
		return err
	}
	began := time.Now()
	if err := d.start(ctx); err != nil {
		return fmt.Errorf("%w\nWhat has started still runs. make demo-down stops it, make demo-up starts afresh", err)
	}
	d.say("Everything runs, after %.1f seconds.", time.Since(began).Seconds())
	return nil
}

func (d *demo) start(ctx context.Context) error {
	d.say("Starting etcd, kube-apiserver, kube-controller-manager, kube-scheduler and two nodes")
	cp, err := controlplane.Start(ctx, controlplane.Options{Dir: d.controlPlaneDir(), Nodes: 2, Detached: true})
	if err != nil {
		return err
	}
	if err := d.admitPeople(cp); err != nil {
		return err
	}
	if err := d.startOperator(ctx, cp); err != nil {
		return err
	}
	d.say("Opening the shop: namespaces, roles and policies")
	if err := d.openShop(ctx); err != nil {
		return err
	}
	return d.admitBot(ctx, cp)
}

func (d *demo) startOperator(ctx context.Context, cp *controlplane.ControlPlane) error {
	op, err := d.operator(cp)
	if err != nil {
		return err
	}
	d.say("Installing config/default")
	if err := op.Install(ctx); err != nil {
		return err
	}
	d.say("Starting the operator")
	return op.Start(ctx)
}

func (d *demo) operator(cp *controlplane.ControlPlane) (*operator.Operator, error) {
	return operator.New(cp, operator.Options{Dir: d.operatorDir(), Detached: true})
}
