// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/token"
)

// condition forces the whole and its parts. Of an && no part needs to be forced to false: that forces the whole.
func (f *finder) condition(node ast.Expr) {
	if node == nil || f.seen[node] {
		return
	}
	f.force(node, true, true)
}

func (f *finder) force(node ast.Expr, always, never bool) {
	switch inner := f.unwrapped(node).(type) {
	case *ast.BinaryExpr:
		switch inner.Op {
		case token.LAND:
			f.forced(node, false, never)
			f.parts(inner, true, false)
			return
		case token.LOR:
			f.forced(node, always, false)
			f.parts(inner, false, true)
			return
		}
	case *ast.UnaryExpr:
		if inner.Op == token.NOT {
			f.force(inner.X, never, always)
			return
		}
	}
	f.forced(node, always, never)
}

func (f *finder) parts(node *ast.BinaryExpr, always, never bool) {
	f.force(node.X, always, never)
	f.force(node.Y, always, never)
}

// unwrapped is what stands in the parentheses. All of it is seen.
func (f *finder) unwrapped(node ast.Expr) ast.Expr {
	f.seen[node] = true
	paren, ok := node.(*ast.ParenExpr)
	if !ok {
		return node
	}
	return f.unwrapped(paren.X)
}

// forced writes the switches in front of an expression.
func (f *finder) forced(node ast.Expr, always, never bool) {
	before := ""
	if always {
		if id := f.add(node, "`"+f.text(node)+"` always"); id != 0 {
			before = "mutant(" + number(id) + ") || "
		}
	}
	if never {
		if id := f.add(node, "`"+f.text(node)+"` never"); id != 0 {
			before += "!mutant(" + number(id) + ") && "
		}
	}
	if before != "" {
		f.around(node, "("+before+"(", "))")
	}
}
