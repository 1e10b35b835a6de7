// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Garbled is the path of text in which a character stands for bytes that are no text; empty where there is none. The
// API server stores any bytes that come in protobuf, and tells admission of them in JSON, with U+FFFD in the place of
// each. So contents that differ would read alike, and nobody would know what runs.
func Garbled(content map[string]any) string { return garbled(nil, content).String() }

func garbled(at path, value any) path {
	switch value := value.(type) {
	case string:
		if strings.ContainsRune(value, utf8.RuneError) {
			return at
		}
	case []any:
		for i, element := range value {
			if found := garbled(at.index(i, nil, nil), element); found != nil {
				return found
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			inside := at.field(key)
			if strings.ContainsRune(key, utf8.RuneError) {
				return inside
			}
			if found := garbled(inside, value[key]); found != nil {
				return found
			}
		}
	}
	return nil
}
