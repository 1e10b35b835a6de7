// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import "fmt"

// normalize returns a copy of a JSON value that shares nothing with it. Whole numbers become int64, so that the copy of
// an object read from the API server equals the copy of the same object read from a request.
func normalize(value any) (any, error) {
	switch value := value.(type) {
	case nil, bool, string, int64:
		return value, nil
	case float64:
		if whole, ok := wholeNumber(value); ok {
			return whole, nil
		}
		return value, nil
	case []any:
		return normalizeArray(value)
	case map[string]any:
		return normalizeObject(value)
	default:
		return nil, fmt.Errorf("a %T is not a JSON value", value)
	}
}

func normalizeArray(array []any) (any, error) {
	normal := make([]any, len(array))
	for i, element := range array {
		var err error
		if normal[i], err = normalize(element); err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
	}
	return normal, nil
}

func normalizeObject(object map[string]any) (any, error) {
	normal := make(map[string]any, len(object))
	for key, element := range object {
		var err error
		if normal[key], err = normalize(element); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return normal, nil
}
