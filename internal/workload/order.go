// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Order is the content of an order by status: of the paths, which begin with .status, those at which the two states of
// an object differ, with what they are to become; null where nothing. It is nil where none differs.
func Order(before, after map[string]any, paths []string) (map[string]any, error) {
	var content map[string]any
	for _, at := range slices.Sorted(slices.Values(paths)) {
		old, _ := Field(before, at)
		now, _ := Field(after, at)
		was, err := normalize(old)
		if err != nil {
			return nil, fmt.Errorf("stored %s: %w", at, err)
		}
		is, err := normalize(now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if reflect.DeepEqual(was, is) {
			continue
		}
		if content == nil {
			content = map[string]any{}
		}
		put(content, strings.Split(strings.TrimPrefix(at, "."), "."), is)
	}
	return content, nil
}

// put writes a value at a path. Below what is no object there is nothing to write: the whole of it is there already.
func put(object map[string]any, steps []string, value any) {
	for _, step := range steps[:len(steps)-1] {
		if _, found := object[step]; !found {
			object[step] = map[string]any{}
		}
		next, ok := object[step].(map[string]any)
		if !ok {
			return
		}
		object = next
	}
	object[steps[len(steps)-1]] = value
}

// Orders tells whether an order gives one at the path.
func Orders(content map[string]any, at string) bool {
	for step := range strings.SplitSeq(strings.TrimPrefix(at, "."), ".") {
		next, found := content[step]
		if !found {
			return false
		}
		if content, found = next.(map[string]any); !found {
			return true
		}
	}
	return true
}
