// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

// down stops everything and removes what it wrote.
func (d *demo) down(ctx context.Context) error {
	if _, err := os.Stat(d.dir()); errors.Is(err, fs.ErrNotExist) {
		d.say("Nothing runs.")
		return nil
	}
	if err := d.remove(ctx); err != nil {
		return err
	}
	d.say("Everything has stopped, and %s is gone.", d.relative(d.dir()))
	return nil
}

// remove also removes what a run that was cut off left behind.
func (d *demo) remove(ctx context.Context) error {
	if err := operator.StopIn(ctx, d.operatorDir()); err != nil {
		return err
	}
	if err := controlplane.Remove(ctx, d.controlPlaneDir()); err != nil {
		return err
	}
	return os.RemoveAll(d.dir())
}
