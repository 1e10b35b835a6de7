// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command build builds the programs of the project into bin/: the operator, the kubectl plugin, and the real control
// plane that they are tried and tested on. Without arguments it builds all of these, else those that are named; what
// the tests of delivery tools need besides only where it is named.
//
// What is not the project's own is built from its published modules, pinned under hack/tools. That takes minutes, so it
// happens again only when these change. Nothing is written outside bin/ and Go's caches.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/countersign-dev/countersign/hack/repo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out *os.File, names []string) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	wanted, err := named(names)
	if err != nil {
		return err
	}
	due, err := outdated(root, wanted)
	if err != nil {
		return err
	}
	announce(out, due)
	for i, target := range due {
		show := progress{
			out: out, terminal: term.IsTerminal(int(out.Fd())),
			label: fmt.Sprintf("[%d/%d] %s", i+1, len(due), target.name), usual: target.usual,
		}
		if err := show.while(func() error { return target.build(ctx, root) }); err != nil {
			return err
		}
	}
	return nil
}

// announce says beforehand when it will take long.
func announce(out io.Writer, due []target) {
	names := make([]string, 0, len(due))
	var usual time.Duration
	for _, target := range due {
		names = append(names, target.name)
		usual += target.usual
	}
	if usual >= time.Minute {
		fmt.Fprintf(out, "Building %s from source. The first time this takes about %s on two cores; later runs reuse it.\n",
			strings.Join(names, ", "), minutes(usual))
	}
}

func minutes(d time.Duration) string {
	if d < time.Minute {
		return "a minute"
	}
	if n := int(d.Round(time.Minute).Minutes()); n > 1 {
		return fmt.Sprintf("%d minutes", n)
	}
	return "a minute"
}
