// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// show returns the texts of an old and a new value for a person. A missing value has none.
func (d *differ) show(at path, danger danger, old, new any) (string, string) {
	before, after := literal(old), literal(new)
	switch {
	case sealed(old) || sealed(new):
		return showSealed(before), showSealed(after)
	case danger == dangerLoader:
		return withoutLogin(at, before), withoutLogin(at, after)
	case d.custom || danger < dangerNone:
		return before, after
	}
	return parting(masked(at, old, before), masked(at, new, after))
}

// showSealed says that there is a value of a Secret, and nothing of it.
func showSealed(text string) string {
	if text == "" {
		return ""
	}
	return "(sealed)"
}

// masked is the text of a value, or where it looks like a credential how long it is.
func masked(at path, value any, text string) string {
	if confidential(at, value) {
		return fmt.Sprintf("(masked, %s)", characters(value, text))
	}
	return text
}

const (
	// maxShown is the longest text of a value that is always shown in full.
	maxShown = 160
	// lead is how much is shown of what two longer ones have in common, before they part and after.
	lead = 40
)

// parting leaves out of two long texts what both begin and end with, and nothing else.
func parting(a, b string) (string, string) {
	if max(len(a), len(b)) <= maxShown {
		return a, b
	}
	head := common(a, b, func(text string, i int) byte { return text[i] })
	tail := common(a[head:], b[head:], func(text string, i int) byte { return text[len(text)-1-i] })
	return inner(a, head-lead, tail-lead), inner(b, head-lead, tail-lead)
}

// common counts the bytes that two texts have in common, in an order.
func common(a, b string, at func(text string, i int) byte) int {
	length := min(len(a), len(b))
	for i := range length {
		if at(a, i) != at(b, i) {
			return i
		}
	}
	return length
}

// inner is a text without so many bytes at its beginning and at its end.
func inner(text string, head, tail int) string {
	if tail > 0 {
		text = text[:len(text)-tail] + "..."
	}
	if head > 0 {
		text = "..." + text[head:]
	}
	return text
}

// literal writes a value in ASCII: strings quoted, and in them everything escaped that could move a cursor, turn the
// direction of text, hide, or look like something else. It is the same only for equal values.
func literal(value any) string {
	switch value := value.(type) {
	case missing:
		return ""
	case string:
		return strconv.QuoteToASCII(value)
	case map[string]any:
		return "{}"
	case []any:
		elements := make([]string, len(value))
		for i, element := range value {
			elements[i] = literal(element)
		}
		return "[" + strings.Join(elements, ", ") + "]"
	}
	text, err := appendValue(nil, value)
	if err != nil {
		return strconv.QuoteToASCII(fmt.Sprintf("%T %v", value, value))
	}
	return string(text)
}

func characters(value any, text string) string {
	count := len(text)
	if value, ok := value.(string); ok {
		count = utf8.RuneCountInString(value)
	}
	if count == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", count)
}
