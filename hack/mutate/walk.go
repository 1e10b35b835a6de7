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

// operations by their operators: what another one would be, and the function that is either.
var operations = map[token.Token]struct{ other, function string }{
	token.LSS: {"<=", "mutantLess"}, token.LEQ: {"<", "mutantLessEqual"},
	token.GTR: {">=", "mutantMore"}, token.GEQ: {">", "mutantMoreEqual"},
	token.SUB: {"+", "mutantMinus"}, token.ADD: {"-", "mutantPlus"},
}

func (f *finder) binary(node *ast.BinaryExpr) {
	switch node.Op {
	case token.LAND, token.LOR, token.EQL, token.NEQ:
		f.condition(node)
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		f.condition(node)
		f.operator(node)
	case token.SUB:
		f.operator(node)
	case token.ADD:
		if isNumber(node.X) || isNumber(node.Y) { // texts are added too
			f.operator(node)
		}
	}
}

// operator makes a call of an operation, so that it can be another.
func (f *finder) operator(node *ast.BinaryExpr) {
	operation := operations[node.Op]
	id := f.add(node, "`"+f.text(node.X)+" "+node.Op.String()+" "+f.text(node.Y)+"` with "+operation.other)
	if id == 0 {
		return
	}
	f.around(node, operation.function+"("+number(id)+", ", ")")
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
