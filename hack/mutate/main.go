// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/countersign-dev/countersign/hack/repo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := parseOptions()
	if err := run(ctx, flag.Args(), o); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dirs []string, o options) error {
	root, err := repo.Root()
	if err != nil {
		return err
	}
	explained, err := explanations(root)
	if err != nil {
		return err
	}
	var all verdict
	for _, dir := range dirs {
		dir = filepath.ToSlash(filepath.Clean(dir))
		r, err := try(ctx, root, dir, o)
		if err != nil {
			return err
		}
		if holds := all.add(r.print(os.Stdout, explained), r.figures()); !holds || !o.whole() {
			continue
		}
		if err := recordIn(survivorsIn(root), dir, r.figures()); err != nil {
			return err
		}
	}
	return all.err()
}

// try all mutants of a package.
func try(ctx context.Context, root, dir string, o options) (result, error) {
	scratch, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(scratch) }() // the system cleans up what is left
	chosen, err := o.choose()
	if err != nil {
		return result{}, err
	}
	p, binary, err := build(ctx, root, dir, scratch)
	if err != nil {
		return result{}, err
	}
	t, err := newTrial(ctx, root, p, binary)
	if err != nil {
		return result{}, err
	}
	if o.short {
		t.groups = slices.DeleteFunc(t.groups, func(g group) bool { return g.last })
	}
	r := result{dir: dir, mutex: &sync.Mutex{}, outcomes: map[outcome][]mutant{}}
	var all sync.WaitGroup
	queue := make(chan mutant)
	for range o.workers {
		all.Go(func() {
			for m := range queue {
				r.note(ctx, t, m)
			}
		})
	}
	for _, m := range p.mutants {
		if chosen(m) {
			queue <- m
		}
	}
	close(queue)
	all.Wait()
	return r, r.err
}
