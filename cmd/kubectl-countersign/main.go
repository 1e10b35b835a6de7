// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command kubectl-countersign is the kubectl plugin of Countersign: kubectl countersign. Wiring only.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/countersign-dev/countersign/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.Environment{
		IOStreams:   genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Interactive: term.IsTerminal(int(os.Stdin.Fd())),
		Now:         time.Now,
	})
	stop()
	os.Exit(code)
}
