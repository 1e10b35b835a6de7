// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command kubectl-countersign is the kubectl plugin of Countersign: kubectl countersign. Wiring only.
package main

import (
	"os"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/kubectl/pkg/util/term"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/manager/signals"

	"github.com/countersign-dev/countersign/internal/cli"
)

func main() {
	os.Exit(cli.Run(signals.SetupSignalHandler(), os.Args[1:], cli.Environment{
		IOStreams:   genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
		Interactive: term.IsTerminal(os.Stdin),
		Now:         clock.RealClock{}.Now,
	}))
}
