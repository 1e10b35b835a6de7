// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cluster is the one that the tests with real delivery tools, or on a real node, run on: a control plane with
// Countersign on it, who calls it, and what comes about there. What else there is is each of these tests' own.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

// operatorDir is where the operator keeps its files.
const operatorDir = "operator"

// Cluster is a control plane with Countersign on it. The zero value has neither yet.
type Cluster struct {
	ControlPlane *controlplane.ControlPlane
	Operator     *operator.Operator
	// Dir keeps what runs beside the control plane: logs, and repositories that are deployed from.
	Dir string
	// ends what was started, in the order of the starts.
	ends []func(context.Context) error
}

// StartControlPlane does so, and makes the directory, whose name begins as is said.
func (c *Cluster) StartControlPlane(ctx context.Context, name string, options controlplane.Options) (err error) {
	if c.Dir, err = os.MkdirTemp("", name+"-"); err != nil {
		return err
	}
	if c.ControlPlane, err = controlplane.Start(ctx, options); err != nil {
		return fmt.Errorf("start the control plane: %w", err)
	}
	c.EndWith(c.ControlPlane.Stop)
	return nil
}

// InstallCountersign does so. Its operator does not run yet.
func (c *Cluster) InstallCountersign(ctx context.Context, options operator.Options) (err error) {
	if options.Dir, err = c.MakeDir(operatorDir); err != nil {
		return err
	}
	if c.Operator, err = operator.New(c.ControlPlane, options); err != nil {
		return err
	}
	c.EndWith(c.Operator.Stop)
	if err := c.Operator.Install(ctx); err != nil {
		return fmt.Errorf("install Countersign: %w", err)
	}
	return nil
}

// StartOperator starts what is installed.
func (c *Cluster) StartOperator(ctx context.Context) error {
	if err := c.Operator.Start(ctx); err != nil {
		return fmt.Errorf("start the operator: %w", err)
	}
	return nil
}

// RestartOperator starts it anew with other options, where it was installed.
func (c *Cluster) RestartOperator(ctx context.Context, options operator.Options) (err error) {
	if err := c.Operator.Stop(ctx); err != nil {
		return fmt.Errorf("stop the operator: %w", err)
	}
	options.Dir = filepath.Join(c.Dir, operatorDir)
	if c.Operator, err = operator.New(c.ControlPlane, options); err != nil {
		return err
	}
	return c.StartOperator(ctx)
}

// MakeDir makes a directory for something that runs beside the control plane.
func (c *Cluster) MakeDir(name string) (string, error) {
	dir := filepath.Join(c.Dir, name)
	return dir, os.Mkdir(dir, 0o755)
}

// EndWith has something end with the cluster: before all that was there already.
func (c *Cluster) EndWith(stop func(context.Context) error) { c.ends = append(c.ends, stop) }

// Stop ends it, and removes its directory where nobody will want to read the logs.
func (c *Cluster) Stop(ctx context.Context, remove bool) error {
	failures := make([]error, 0, len(c.ends)+1)
	for _, stop := range slices.Backward(c.ends) {
		failures = append(failures, stop(ctx))
	}
	if remove {
		failures = append(failures, os.RemoveAll(c.Dir))
	} else {
		fmt.Fprintln(os.Stderr, "The logs are in", c.Dir)
	}
	return errors.Join(failures...)
}
