// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type options struct {
	workers int
	every   int
	only    string
	again   string
	short   bool
}

func parseOptions() options {
	var o options
	flag.IntVar(&o.workers, "workers", 2, "how many mutants to try at a time")
	flag.StringVar(&o.only, "only", "", "try the mutants in these files alone, with commas between")
	flag.BoolVar(&o.short, "short", false, "run slow tests with -short only")
	flag.IntVar(&o.every, "every", 1, "try a sample: one of so many")
	flag.StringVar(&o.again, "again", "",
		"try the mutants alone that this file, what a run has printed, lists as survivors")
	flag.Parse()
	return o
}

// whole tells whether all mutants are tried with all tests.
func (o options) whole() bool { return o == options{workers: o.workers, every: 1} }

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
