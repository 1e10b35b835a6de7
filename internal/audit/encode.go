// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"fmt"
	"reflect"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxText is how many characters of a text an event keeps. No name in Kubernetes is longer.
	maxText = 1024
	// MostListed is how many entries of a list an event keeps. No PipelineRole has more subjects.
	MostListed = 512
	// cut stands where something was left out.
	cut = "…"
)

// encode writes an event as one line.
func encode(event Event) ([]byte, error) {
	bound(reflect.ValueOf(&event).Elem())
	text, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("encode audit event: %w", err)
	}
	return append(escape(text), '\n'), nil
}

// bound shortens every text and list of the value. It goes by type, so that no field is forgotten, and replaces lists
// rather than change those of the caller.
func bound(value reflect.Value) {
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				bound(value.Field(i))
			}
		}
	case reflect.Slice:
		if list, ok := reflect.TypeAssert[[]string](value); ok {
			value.Set(reflect.ValueOf(shortList(list)))
		}
	case reflect.String:
		value.SetString(short(value.String()))
	}
}

func shortList(list []string) []string {
	kept := make([]string, 0, min(len(list), MostListed+1))
	for _, text := range list[:min(len(list), MostListed)] {
		kept = append(kept, short(text))
	}
	if len(list) > MostListed {
		kept = append(kept, cut)
	}
	return kept
}

func short(text string) string {
	count := 0
	for i := range text {
		if count == maxText {
			return text[:i] + cut
		}
		count++
	}
	return text
}

// escape writes every character that does not print as \u: JSON leaves most of them as they are, and a line break, a
// right-to-left override or a zero-width space in a name would mislead whoever reads the trail. In JSON such characters
// occur inside strings only.
func escape(text []byte) []byte {
	escaped := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if unicode.IsPrint(r) {
			escaped = append(escaped, text[:size]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				escaped = fmt.Appendf(escaped, `\u%04x`, unit)
			}
		}
		text = text[size:]
	}
	return escaped
}
