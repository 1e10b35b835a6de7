// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package redteam attacks Countersign on a real control plane, as the people who would try it.
//
// Each file is a family of attacks, and each attack is a short entry: what is done, as whom, by which API call, and
// what becomes of it. An attack is Blocked, or it is Visible (it works, and leaves a trace that is looked for here), or
// it is a Limit (it works, and docs/threat-model.md says so).
//
// No attack is believed to be blocked because it failed. TestAttacks makes it where Countersign is whole and running.
// TestGuards makes it where the operator is down, takes away the one guard that is said to stop it, and then it must
// get through. Where what stops it is a rule in the operator, the same call made the right way must get through.
//
// Attacks change what they find, so that they can be made once: with -count=2 the second run finds the first.
//
// docs/attacks.md is the table of all of them, written by `go test ./test/redteam -run TestTable -update`.
package redteam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// The two places that attacks are made at.
var (
	// whole is Countersign as it is installed, with its operator running.
	whole *site
	// unattended is the same without the operator, so that guards can be taken away one by one.
	unattended *site
)

func TestMain(m *testing.M) {
	logf.SetLogger(logr.Discard()) // tests say what they have to say themselves
	code, err := run(context.Background(), m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(ctx context.Context, m *testing.M) (code int, err error) {
	whole, unattended = &site{operated: true}, &site{}
	defer func() { err = errors.Join(err, whole.stop(ctx, code == 0), unattended.stop(ctx, code == 0)) }()
	start, starting := errgroup.WithContext(ctx)
	start.Go(func() error { return whole.start(starting) })
	start.Go(func() error { return unattended.start(starting) })
	if err := start.Wait(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
