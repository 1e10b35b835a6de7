// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening

import (
	"fmt"
	"strconv"

	"github.com/countersign-dev/countersign/internal/identity"
)

// findings are what is looser, in words for people.
type findings []string

func (f *findings) addf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// under puts the name of a field before each.
func (f findings) under(field string) findings {
	for i := range f {
		f[i] = field + f[i]
	}
	return f
}

// higher is looser.
func (f *findings) higher(field string, before, after int32) {
	if after > before {
		f.addf("%s: %d -> %d", field, before, after)
	}
}

// lower is looser.
func (f *findings) lower(field string, before, after int32) {
	if after < before {
		f.addf("%s: %d -> %d", field, before, after)
	}
}

// added elements are looser.
func added[T ~string](f *findings, field string, before, after []T) {
	for _, element := range lacking(before, after) {
		f.addf("%s: %s added", field, named(string(element)))
	}
}

// removed elements are looser.
func removed[T ~string](f *findings, field string, before, after []T) {
	for _, element := range lacking(after, before) {
		f.addf("%s: %s removed", field, named(string(element)))
	}
}

// lacking are the elements of all that some does not have.
func lacking[T comparable](some, all []T) []T {
	has := make(map[T]bool, len(some))
	for _, element := range some {
		has[element] = true
	}
	var others []T
	for _, element := range all {
		if !has[element] {
			others = append(others, element)
		}
	}
	return others
}

// within tells whether some has nothing that all does not have.
func within[T comparable](some, all []T) bool { return len(lacking(all, some)) == 0 }

// named writes a name so that it can neither pass for another nor break the line.
func named(name string) string {
	if identity.CheckName(name) != nil {
		return strconv.QuoteToASCII(name)
	}
	return name
}
