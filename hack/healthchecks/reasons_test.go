// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// reasons are the values of all constants of some packages that are called so.
func reasons(t *testing.T, packages ...string) (values []string) {
	t.Helper()
	for _, dir := range packages {
		for _, name := range glob(t, path(t, dir)+"/", ".go") {
			file, err := parser.ParseFile(token.NewFileSet(), path(t, dir, name+".go"), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(node ast.Node) bool {
				if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == 1 &&
					strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "reason") {
					values = append(values, literal(t, spec.Values[0]))
				}
				return true
			})
		}
	}
	return values
}

func literal(t *testing.T, expression ast.Expr) string {
	t.Helper()
	basic, ok := expression.(*ast.BasicLit)
	if !ok {
		return ""
	}
	value, err := strconv.Unquote(basic.Value)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
