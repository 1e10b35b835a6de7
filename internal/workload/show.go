// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxShown is the longest text of a value that is shown in full.
	maxShown = 160
	// lead is how much of what two long texts have in common is shown before they part.
	lead = 40
)

// show returns the texts of an old and a new value for a person. A missing value has none.
func show(at path, danger danger, old, new any) (string, string) {
	before, after := literal(old), literal(new)
	if sealed(old) || sealed(new) {
		return showSealed(before), showSealed(after)
	}
	switch {
	case danger == dangerLoader:
		return withoutLogin(before), withoutLogin(after)
	case danger < dangerNone:
		return before, after
	}
	from := 0
	if before != "" && after != "" {
		from = max(commonPrefix(before, after)-lead, 0)
	}
	return showOne(at, old, before, from), showOne(at, new, after, from)
}

// showSealed says that there is a value of a Secret, and nothing of it.
func showSealed(text string) string {
	if text == "" {
		return ""
	}
	return "(sealed)"
}

func showOne(at path, value any, text string, from int) string {
	switch {
	case confidential(at, value):
		return fmt.Sprintf("(masked, %s)", characters(value, text))
	case len(text) <= maxShown:
		return text
	}
	shown := text[from:min(from+maxShown, len(text))]
	if from > 0 {
		shown = "..." + shown
	}
	if from+maxShown < len(text) {
		shown += "..."
	}
	return fmt.Sprintf("%s (%s)", shown, characters(value, text))
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

func commonPrefix(a, b string) int {
	length := min(len(a), len(b))
	for i := range length {
		if a[i] != b[i] {
			return i
		}
	}
	return length
}
