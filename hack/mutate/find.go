// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/token"
	"slices"
)

// mutant is one break.
type mutant struct {
	id int
	// file below the root of the project, and the function.
	file, function string
	line           int
	// change says what is broken, in the words of the code.
	change string
}

// key names a mutant as long as its function is not changed.
func (m mutant) key() string { return m.file + " " + m.function + " " + m.change }

// edit replaces text between two offsets of a file. Of several at one place the one that was made first is written
// first.
type edit struct {
	from, to int
	text     string
}

// finder collects the mutants of one file and the edits that put them in.
type finder struct {
	fset     *token.FileSet
	source   []byte
	file     string
	function string
	// next is the number of the next mutant; skip are those that cannot be built.
	next    int
	skip    map[string]bool
	mutants []mutant
	opens   []edit
	closes  []edit
	// seen are the conditions that are forced already.
	seen map[ast.Expr]bool
}

// add notes a mutant and returns its number; 0 where it cannot be built.
func (f *finder) add(node ast.Node, change string) int {
	m := mutant{file: f.file, function: f.function, line: f.fset.Position(node.Pos()).Line, change: change}
	for _, other := range f.mutants {
		if other.key() == m.key() {
			m.change += "'" // the same once more
		}
	}
	if f.skip[m.key()] {
		return 0
	}
	f.next++
	m.id = f.next
	f.mutants = append(f.mutants, m)
	return m.id
}

// around writes before and after a node.
func (f *finder) around(node ast.Node, before, after string) {
	from, to := f.offset(node.Pos()), f.offset(node.End())
	f.opens = append(f.opens, edit{from, from, before})
	f.closes = append(f.closes, edit{to, to, after})
}

func (f *finder) replace(from, to token.Pos, text string) {
	f.opens = append(f.opens, edit{f.offset(from), f.offset(to), text})
}

func (f *finder) offset(pos token.Pos) int { return f.fset.Position(pos).Offset }

func (f *finder) text(node ast.Node) string {
	return oneLine(f.source[f.offset(node.Pos()):f.offset(node.End())])
}

// result is the file with all mutants in it. Lines stay where they are.
func (f *finder) result() []byte {
	slices.Reverse(f.closes) // what was opened last is closed first
	edits := slices.Concat(f.closes, f.opens)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, f.source[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, f.source[at:]...)
}
