// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/token"
)

// walk visits a function.
func (f *finder) walk(node ast.Node) {
	ast.Inspect(node, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt:
			f.condition(node.Cond)
		case *ast.ForStmt:
			f.condition(node.Cond)
		case *ast.SwitchStmt:
			f.cases(node)
		case *ast.BlockStmt:
			f.statements(node.List)
		case *ast.CaseClause:
			f.statements(node.Body)
		case *ast.CommClause:
			f.statements(node.Body)
		case *ast.ReturnStmt:
			f.returned(node)
		case *ast.BinaryExpr:
			f.binary(node)
		case *ast.UnaryExpr:
			if node.Op == token.NOT {
				f.condition(node)
			}
		case *ast.GenDecl:
			return node.Tok != token.CONST
		}
		return true
	})
}

func (f *finder) binary(node *ast.BinaryExpr) {
	switch node.Op {
	case token.LAND, token.LOR, token.EQL, token.NEQ:
		f.condition(node)
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		f.condition(node)
		f.operator(node, map[token.Token]string{
			token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
		}[node.Op], map[token.Token]string{
			token.LSS: "mutantLess", token.LEQ: "mutantLessEqual", token.GTR: "mutantMore", token.GEQ: "mutantMoreEqual",
		}[node.Op])
	case token.SUB:
		f.operator(node, "+", "mutantMinus")
	case token.ADD:
		if isNumber(node.X) || isNumber(node.Y) {
			f.operator(node, "-", "mutantPlus")
		}
	}
}

// operator makes a call of an operation, so that it can be another.
func (f *finder) operator(node *ast.BinaryExpr, other, function string) {
	id := f.add(node, "`"+f.text(node.X)+" "+node.Op.String()+" "+f.text(node.Y)+"` with "+other)
	if id == 0 {
		return
	}
	f.around(node, function+"("+number(id)+", ", ")")
	f.replace(node.OpPos, node.OpPos+token.Pos(len(node.Op.String())), ", ")
}

// isNumber tells whether an expression is one as far as its text shows.
func isNumber(node ast.Expr) bool {
	switch node := node.(type) {
	case *ast.BasicLit:
		return node.Kind == token.INT
	case *ast.CallExpr:
		name, ok := node.Fun.(*ast.Ident)
		return ok && name.Name == "len"
	}
	return false
}

// condition forces the whole and its parts. Of an && no part needs to be forced to false: that forces the whole.
func (f *finder) condition(node ast.Expr) {
	if node == nil || f.seen[node] {
		return
	}
	f.force(node, true, true)
}

func (f *finder) force(node ast.Expr, always, never bool) {
	f.seen[node] = true
	inner := node
	for {
		paren, ok := inner.(*ast.ParenExpr)
		if !ok {
			break
		}
		inner = paren.X
		f.seen[inner] = true
	}
	switch inner := inner.(type) {
	case *ast.BinaryExpr:
		if inner.Op == token.LAND {
			f.forced(node, false, never)
			f.force(inner.X, true, false)
			f.force(inner.Y, true, false)
			return
		}
		if inner.Op == token.LOR {
			f.forced(node, always, false)
			f.force(inner.X, false, true)
			f.force(inner.Y, false, true)
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
