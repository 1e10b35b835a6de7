// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/token"
)

// statements leaves each out that can be.
func (f *finder) statements(list []ast.Stmt) {
	for i, statement := range list {
		switch statement := statement.(type) {
		case *ast.ExprStmt:
			if call, ok := statement.X.(*ast.CallExpr); ok && !isPanic(call) {
				f.leaveOut(statement)
			}
		case *ast.AssignStmt:
			if statement.Tok != token.DEFINE {
				f.leaveOut(statement)
			}
		case *ast.IncDecStmt:
			f.leaveOut(statement)
		case *ast.BranchStmt:
			if statement.Tok == token.CONTINUE || statement.Tok == token.BREAK {
				f.leaveOut(statement)
			}
		case *ast.SwitchStmt:
			if i < len(list)-1 && statement.Tag != nil {
				f.leaveOutReturns(statement)
			}
		}
	}
}

// leaveOutReturns of a switch after which something follows. Conditions of a switch without a tag are forced instead.
func (f *finder) leaveOutReturns(statement *ast.SwitchStmt) {
	for _, clause := range statement.Body.List {
		if clause, ok := clause.(*ast.CaseClause); ok && len(clause.Body) > 0 {
			if last, ok := clause.Body[len(clause.Body)-1].(*ast.ReturnStmt); ok {
				f.leaveOut(last)
			}
		}
	}
}

func (f *finder) leaveOut(statement ast.Stmt) {
	if id := f.add(statement, "without `"+f.text(statement)+"`"); id != 0 {
		f.around(statement, "if !mutant("+number(id)+") { ", " }")
	}
}

func isPanic(call *ast.CallExpr) bool {
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}

// cases of a switch without a tag are conditions.
func (f *finder) cases(statement *ast.SwitchStmt) {
	if statement.Tag != nil {
		return
	}
	for _, clause := range statement.Body.List {
		if clause, ok := clause.(*ast.CaseClause); ok {
			for _, condition := range clause.List {
				f.condition(condition)
			}
		}
	}
}

// returned turns true and false around.
func (f *finder) returned(statement *ast.ReturnStmt) {
	for _, result := range statement.Results {
		name, ok := result.(*ast.Ident)
		if !ok || name.Name != "true" && name.Name != "false" {
			continue
		}
		id := f.add(statement, "not `"+f.text(statement)+"`")
		switch {
		case id == 0:
		case name.Name == "true":
			f.replace(name.Pos(), name.End(), "!mutant("+number(id)+")")
		default:
			f.replace(name.Pos(), name.End(), "mutant("+number(id)+")")
		}
	}
}
