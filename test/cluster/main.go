// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// Site is a cluster with what delivers to it, which the tests of a package share.
type Site interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context, remove bool) error
}

// Main starts a site, runs the tests on it and ends it. It returns the exit code.
func Main(ctx context.Context, m *testing.M, site Site) int {
	logf.SetLogger(logr.Discard()) // tests say what they have to say themselves
	code, err := run(ctx, m, site)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(ctx context.Context, m *testing.M, site Site) (code int, err error) {
	defer func() { err = errors.Join(err, site.Stop(ctx, code == 0 && err == nil)) }()
	if err := site.Start(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
