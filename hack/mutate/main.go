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
	"strings"
	"sync"
	"syscall"

	"github.com/countersign-dev/countersign/hack/repo"
)

// enough is how many of a hundred mutants the tests of a package must notice.
const enough = 90

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	workers := flag.Int("workers", 2, "how many mutants to try at a time")
	only := flag.String("only", "", "try the mutants in these files alone, with commas between")
	short := flag.Bool("short", false, "run slow tests with -short only")
	every := flag.Int("every", 1, "try a sample: one of so many")
	again := flag.String("again", "", "try the mutants alone that this file, what a run has printed, lists as survivors")
	flag.Parse()
	if err := run(ctx, flag.Args(), options{*workers, *every, *only, *again, *short}); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

type options struct {
	workers int
	every   int
	only    string
	again   string
	short   bool
}

// choose tells which mutants to try.
func (o options) choose() (func(mutant) bool, error) {
	var rows string
	if o.again != "" {
		text, err := os.ReadFile(o.again)
		if err != nil {
			return nil, err
		}
		rows = string(text)
	}
	files := strings.Split(o.only, ",")
	return func(m mutant) bool {
		return m.id%o.every == 0 && (o.only == "" || slices.Contains(files, filepath.Base(m.file))) &&
			(o.again == "" || strings.Contains(rows, row(m)+"\n"))
	}, nil
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
	unexplained, bad := 0, 0
	for _, dir := range dirs {
		r, err := try(ctx, root, filepath.Clean(dir), o)
		if err != nil {
			return err
		}
		unexplained += r.print(os.Stdout, explained)
		if r.noticed()*100 < enough*r.tried() {
			bad++
		}
	}
	if unexplained > 0 || bad > 0 {
		return fmt.Errorf("%d survivors are not explained in hack/mutate/survivors.md, and the tests of %d packages "+
			"notice less than %d %%", unexplained, bad, enough)
	}
	return nil
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
