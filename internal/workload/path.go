// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// path leads from a content to one of its values.
type path []step

// step is a field of an object, or an element of a list.
type step struct {
	// text is the step as it is written.
	text string
	// key of the field; empty for an element.
	key string
	// names that the element has in the old and in the new list.
	names []string
}

var (
	plainField = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)
	plainName  = regexp.MustCompile(`^[A-Za-z0-9._/-]*[A-Za-z._/-][A-Za-z0-9._/-]*$`)
)

func (p path) String() string {
	var text strings.Builder
	for _, step := range p {
		text.WriteString(step.text)
	}
	return strings.TrimPrefix(text.String(), ".")
}

func (p path) field(key string) path {
	text := "[" + strconv.QuoteToASCII(key) + "]"
	if plainField.MatchString(key) {
		text = "." + key
	}
	return p.with(step{text: text, key: key})
}

func (p path) element(name string, old, new any) path {
	text := strconv.QuoteToASCII(name)
	if plainName.MatchString(name) {
		text = name
	}
	return p.with(step{text: "[" + text + "]", names: namesOf(old, new)})
}

func (p path) index(i int, old, new any) path {
	return p.with(step{text: "[" + strconv.Itoa(i) + "]", names: namesOf(old, new)})
}

func (p path) with(next step) path {
	return append(slices.Clip(p), next)
}

func namesOf(elements ...any) []string {
	var names []string
	for _, element := range elements {
		if name, ok := fieldsOf(element)["name"].(string); ok {
			names = append(names, name)
		}
	}
	return names
}
