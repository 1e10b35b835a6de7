// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Canonical returns the one JSON text of a content. Digests are kept for years, so no byte of it is left to an encoder
// that may change: keys are sorted by their bytes, nothing is escaped but what JSON demands, equal numbers are written
// alike.
func Canonical(content map[string]any) ([]byte, error) {
	return appendObject(nil, content)
}

func appendValue(text []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(text, "null"...), nil
	case bool:
		return strconv.AppendBool(text, value), nil
	case string:
		return appendString(text, value)
	case int64:
		return strconv.AppendInt(text, value, 10), nil
	case float64:
		return appendFloat(text, value)
	case []any:
		return appendArray(text, value)
	case map[string]any:
		return appendObject(text, value)
	default:
		return nil, fmt.Errorf("a %T is not a JSON value", value)
	}
}

func appendObject(text []byte, object map[string]any) ([]byte, error) {
	text = append(text, '{')
	for i, key := range slices.Sorted(maps.Keys(object)) {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendString(text, key); err != nil {
			return nil, err
		}
		if text, err = appendValue(append(text, ':'), object[key]); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return append(text, '}'), nil
}

func appendArray(text []byte, array []any) ([]byte, error) {
	text = append(text, '[')
	for i, element := range array {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendValue(text, element); err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
	}
	return append(text, ']'), nil
}

// appendFloat writes a whole number as the integer that it equals.
func appendFloat(text []byte, value float64) ([]byte, error) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, fmt.Errorf("%v is not a JSON number", value)
	}
	if whole, ok := wholeNumber(value); ok {
		return strconv.AppendInt(text, whole, 10), nil
	}
	return strconv.AppendFloat(text, value, 'g', -1, 64), nil
}

// wholeNumber returns the int64 that equals the value. The bounds are powers of two, and exact.
func wholeNumber(value float64) (int64, bool) {
	if value < math.MinInt64 || value >= math.MaxInt64 || value != math.Trunc(value) {
		return 0, false
	}
	return int64(value), true
}

// appendString escapes as RFC 8785 does.
func appendString(text []byte, value string) ([]byte, error) {
	if !utf8.ValidString(value) {
		return nil, errors.New("a string is not valid UTF-8")
	}
	text = append(text, '"')
	for _, char := range []byte(value) {
		text = appendByte(text, char)
	}
	return append(text, '"'), nil
}

func appendByte(text []byte, char byte) []byte {
	const short = "\b\t\n\f\r\"\\"
	switch i := strings.IndexByte(short, char); {
	case i >= 0:
		return append(text, '\\', "btnfr\"\\"[i])
	case char < ' ':
		return fmt.Appendf(text, `\u%04x`, char)
	default:
		return append(text, char)
	}
}
