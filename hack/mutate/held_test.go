// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHeld: of each package that `make mutate` is about the tests notice enough, as was measured, and of what it has
// become since. Where this fails, measure: `go run ./hack/mutate internal/PACKAGE`.
func TestHeld(t *testing.T) {
	root, explained := explainedHere(t)
	figures, err := measured(textOf(t, survivorsIn(root)))
	if err != nil {
		t.Fatal(err)
	}
	packages := mutated(t, root)
	for _, dir := range packages {
		p, err := read(root, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range figures[dir].faults(len(p.mutants), ofPackage(explained, dir)) {
			t.Errorf("%s: %s", dir, fault)
		}
	}
	if diff := cmp.Diff(packages, slices.Sorted(maps.Keys(figures))); diff != "" {
		t.Errorf("packages that survivors.md has figures of: -MUTATE in the Makefile, +survivors.md:\n%s", diff)
	}
}

// mutated are the packages that `make mutate` is about.
func mutated(t *testing.T, root string) []string {
	t.Helper()
	found := regexp.MustCompile(`(?s)\nMUTATE \?= \$\(addprefix (\S+),(.*?)\)\n`).
		FindStringSubmatch(textOf(t, filepath.Join(root, "Makefile")))
	if found == nil {
		t.Fatal("the Makefile does not say MUTATE ?= $(addprefix …)")
	}
	var dirs []string
	for name := range strings.FieldsSeq(strings.ReplaceAll(found[2], "\\\n", " ")) {
		dirs = append(dirs, found[1]+name)
	}
	slices.Sort(dirs)
	return dirs
}

// ofPackage counts the explanations.
func ofPackage(explained map[string]string, dir string) int {
	count := 0
	for key := range explained {
		if file, _, _ := strings.Cut(key, " "); path.Dir(file) == dir {
			count++
		}
	}
	return count
}

func textOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFaults(t *testing.T) {
	for name, test := range map[string]struct {
		reason           string
		measured         figures
		found, explained int
		want             []string
	}{
		"Enough": {"nine of ten is", figures{100, 90}, 100, 10, nil},
		"Fewer":  {"survivors that are noticed by now lose their rows first", figures{100, 90}, 100, 4, nil},
		"Never":  {"nobody knows", figures{}, 100, 0, []string{"it was never measured"}},
		"TooFew": {"less than nine of ten", figures{100, 89}, 100, 0, []string{"of 100 mutants its tests noticed 89"}},
		"Grown":  {"of what came since nothing is known", figures{100, 95}, 105, 5, nil},
		"Outgrew": {"it could be that too few are noticed", figures{100, 95}, 106, 5, []string{
			"it has 106 mutants by now, and was measured when it had 100",
		}},
		"Excused": {"nothing survived when it was measured", figures{100, 100}, 100, 1, []string{
			"1 survivors are explained, and 0 were measured",
		}},
		"ExplainedAway": {"too much of what is left survives", figures{100, 90}, 99, 10, []string{
			"of 99 mutants 10 are explained away",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.measured.faults(test.found, test.explained)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestVerdict: a run fails where something is left to do.
func TestVerdict(t *testing.T) {
	for name, test := range map[string]struct {
		reason      string
		unexplained int
		measured    figures
		want        bool
	}{
		"Enough":      {"nothing is left", 0, figures{100, 90}, true},
		"Unexplained": {"one is neither noticed nor explained", 1, figures{100, 99}, false},
		"TooFew":      {"all are explained, and too few are noticed", 0, figures{100, 89}, false},
		"None":        {"there was nothing to try", 0, figures{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var v verdict
			if v.add(0, figures{1, 1}); v.add(test.unexplained, test.measured) != test.want {
				t.Errorf("%s: it holds: %t", test.reason, !test.want)
			}
			if v.add(0, figures{1, 1}); (v.err() == nil) != test.want {
				t.Errorf("%s: the run says: %v", test.reason, v.err())
			}
		})
	}
}

// TestRecord: what is written down is what is read, in the place of what was written down before.
func TestRecord(t *testing.T) {
	const before = "# Survivors\n\n| package | mutants | noticed |\n| --- | --- | --- |\n" +
		"| internal/a | 3 | 3, 100.0 % |\n| internal/b | 9 | 9, 100.0 % |\n\n| internal/a/a.go | f | `x` never | why |\n"
	text := record(before, "internal/a", figures{200, 191})
	text = record(text, "internal/c", figures{7, 7})
	got, err := measured(text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]figures{"internal/a": {200, 191}, "internal/b": {9, 9}, "internal/c": {7, 7}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(figures{})); diff != "" {
		t.Errorf("-want, +got:\n%s\n%s", diff, text)
	}
	if !strings.Contains(text, "| internal/a | 200 | 191, 95.5 % |\n| internal/b |") ||
		!strings.HasSuffix(text, before[strings.LastIndex(before, "\n\n"):]) {
		t.Errorf("what else is in it is another:\n%s", text)
	}
}

// TestWhole: only a run that tries all there is says how much is noticed.
func TestWhole(t *testing.T) {
	for name, o := range map[string]options{
		"Sample": {every: 4}, "Some": {every: 1, only: "a.go"}, "Short": {every: 1, short: true},
		"Again": {every: 1, again: "file"},
	} {
		if o.whole() {
			t.Errorf("%s: it is no whole run", name)
		}
	}
	if !(options{every: 1, workers: 3}).whole() {
		t.Error("all is tried, and it counts for nothing")
	}
}
