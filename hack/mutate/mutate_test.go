// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/hack/repo"
)

const sample = `package sample

const most = 3 - 1

func (s *sum) add(all []int, off bool) (n int, ok bool) {
	for i := 0; i < len(all); i++ {
		if (off || all[i] == 0) && !s.all {
			continue
		}
		n = n + 1
	}
	switch s.kind {
	case "a":
		return n, true
	}
	s.seen(n - 1)
	return n, false
}
`

func find(t *testing.T, source string, skip map[string]bool) *finder {
	t.Helper()
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "sample.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := &finder{fset: fset, source: []byte(source), file: "sample.go", skip: skip, seen: map[ast.Expr]bool{}}
	for _, declaration := range parsed.Decls {
		f.function = nameOf(declaration)
		f.walk(declaration)
	}
	return f
}

func TestFind(t *testing.T) {
	f := find(t, sample, nil)
	var got []string
	for _, m := range f.mutants {
		got = append(got, m.change)
	}
	want := []string{
		"without `return n, true`", "without `s.seen(n - 1)`",
		"`i < len(all)` always", "`i < len(all)` never", "`i < len(all)` with <=",
		"without `n = n + 1`",
		"`(off ¦¦ all[i] == 0) && !s.all` never", "`(off ¦¦ all[i] == 0)` always", "`off` never",
		"`all[i] == 0` never", "`s.all` never",
		"without `continue`", "`n + 1` with -", "not `return n, true`", "`n - 1` with +", "not `return n, false`",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", f.result(), 0); err != nil {
		t.Errorf("what comes of it is no Go: %v\n%s", err, f.result())
	}
}

// TestSkip: what cannot be built is left out, and the others are as before.
func TestSkip(t *testing.T) {
	all := find(t, sample, nil)
	skip := map[string]bool{all.mutants[0].key(): true}
	some := find(t, sample, skip)
	if len(some.mutants) != len(all.mutants)-1 || some.mutants[0].key() != all.mutants[1].key() {
		t.Errorf("without the first are left %+v", some.mutants)
	}
}

// TestSurvivorsAreThere: each survivor that is explained is still a mutant of the code.
func TestSurvivorsAreThere(t *testing.T) {
	root, explained := explainedHere(t)
	mutants, seen := map[string]bool{}, map[string]bool{}
	for key := range explained {
		file, _, _ := strings.Cut(key, " ")
		if dir := path.Dir(file); !seen[dir] {
			seen[dir] = true
			p, err := read(root, dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range p.mutants {
				mutants[m.key()] = true
			}
		}
	}
	for key, why := range explained {
		if !mutants[key] {
			t.Errorf("there is no mutant %s; take its row out of survivors.md", key)
		}
		if why == "" || why == "?" {
			t.Errorf("%s is not explained", key)
		}
	}
	if len(explained) == 0 {
		t.Error("nothing is explained")
	}
}

// explainedHere are the survivors that are explained, and the directory of the repository.
func explainedHere(t *testing.T) (root string, explained map[string]string) {
	t.Helper()
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	if explained, err = explanations(root); err != nil {
		t.Fatal(err)
	}
	return root, explained
}
