// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command demo runs Countersign on this machine, for a person to try: a control plane on the loopback interface, the
// operator beside it, two environments of a small shop, and a kubeconfig file for each of its people. Everything it
// writes is under bin/demo.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	demo, err := newDemo(os.Stdout)
	if err != nil {
		return err
	}
	commands := map[string]func(context.Context) error{"up": demo.up, "story": demo.story, "down": demo.down}
	if len(args) != 1 || commands[args[0]] == nil {
		return errors.New("say up, story or down")
	}
	return commands[args[0]](ctx)
}
