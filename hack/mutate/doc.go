// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command mutate breaks packages on purpose, in one place at a time, and tells which breaks their own tests do not
// notice. Each of those must be explained in survivors.md, or be noticed by a new test.
//
// What a whole run measures is written into the same file, and a test holds that it is enough; see held.go.
//
// All mutants of a package are built into one test binary, in which a variable of the environment switches one of them
// on; so a mutant costs no build. Tests that are quick run first, and the first that fails ends a run. What it changes:
//
//   - a condition, or a part of one, is always true, or never;
//   - a bound is moved by one, and a sum is a difference;
//   - a statement is left out: an assignment, a call, a continue or break, a return of one case of several;
//   - true is returned for false, and false for true.
//
// Tests read their testdata where it is, so leave it alone while this runs: once it is another, every mutant fails.
//
// There are tools for this. Those that are kept up build the package anew for each mutant, and change operators only.
package main
