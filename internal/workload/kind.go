// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

// kind is how the values at one path are compared.
type kind int

const (
	kindAbsent kind = iota
	// kindLeaf is a scalar, a list of scalars such as a command, or anything empty. It is shown as a whole.
	kindLeaf
	kindObject
	kindList
	// kindMixed : the two values have nothing in common.
	kindMixed
)

// missing stands for the value of a path that is not there. Null is a value.
type missing struct{}

func kindOf(value any) kind {
	switch value := value.(type) {
	case missing:
		return kindAbsent
	case map[string]any:
		if len(value) > 0 {
			return kindObject
		}
	case []any:
		for _, element := range value {
			switch element.(type) {
			case map[string]any, []any:
				return kindList
			}
		}
	}
	return kindLeaf
}

func joint(old, new kind) kind {
	switch {
	case old == new, new == kindAbsent:
		return old
	case old == kindAbsent:
		return new
	}
	return kindMixed
}

// fieldsOf returns the fields of an object, and none of a missing one.
func fieldsOf(value any) map[string]any {
	fields, _ := value.(map[string]any)
	return fields
}

// elementsOf returns the elements of a list, and none of a missing one.
func elementsOf(value any) []any {
	elements, _ := value.([]any)
	return elements
}

func valueOf(fields map[string]any, key string) any {
	if value, found := fields[key]; found {
		return value
	}
	return missing{}
}
