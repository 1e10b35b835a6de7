// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pkg is a package with all its mutants.
type pkg struct {
	// dir below the root of the project.
	dir, name string
	mutants   []mutant
	// files by path below the root, with the mutants in them.
	files map[string][]byte
}

// read finds the mutants of a package, save those to skip.
func read(root, dir string, skip map[string]bool) (pkg, error) {
	p := pkg{dir: dir, files: map[string][]byte{}}
	paths, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		return pkg{}, err
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if err := p.readFile(root, path, skip); err != nil {
			return pkg{}, err
		}
	}
	if len(p.files) == 0 {
		return pkg{}, fmt.Errorf("no Go files in %s", dir)
	}
	return p, nil
}

func (p *pkg) readFile(root, path string, skip map[string]bool) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	below, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	f := &finder{
		fset: fset, source: source, file: filepath.ToSlash(below), next: len(p.mutants), skip: skip,
		seen: map[ast.Expr]bool{},
	}
	for _, declaration := range parsed.Decls {
		f.function = nameOf(declaration)
		f.walk(declaration)
	}
	p.name, p.files[f.file] = parsed.Name.Name, f.result()
	p.mutants = append(p.mutants, f.mutants...)
	return nil
}

// nameOf a function, with its receiver; of other declarations "var".
func nameOf(declaration ast.Decl) string {
	function, ok := declaration.(*ast.FuncDecl)
	if !ok {
		return "var"
	}
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if name, ok := receiver.(*ast.Ident); ok {
		return name.Name + "." + function.Name.Name
	}
	return function.Name.Name
}

// longest text of a change.
const longest = 90

func oneLine(source []byte) string {
	text := []rune(strings.Join(strings.Fields(string(source)), " "))
	if len(text) > longest {
		text = append(text[:longest], '…')
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(text), "|", "¦"), "`", "'")
}

func number(id int) string { return strconv.Itoa(id) }
