// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"slices"
	"strings"
)

// elementKeys are the fields by which the elements of a list are told apart, in the order in which they are tried.
var elementKeys = []string{"name", "mountPath", "devicePath", "key"}

// walkLists compares element by element: those of the same name if every element has one of its own, those at the
// same place otherwise.
func (d *differ) walkLists(at path, old, new any) {
	before, after := elementsOf(old), elementsOf(new)
	for _, key := range elementKeys {
		oldNames, newNames := distinct(before, key), distinct(after, key)
		if oldNames != nil && newNames != nil {
			d.walkNamed(at, key, byName(before, key), byName(after, key))
			d.addOrder(at, oldNames, newNames)
			return
		}
	}
	for i := range max(len(before), len(after)) {
		from, to := elementAt(before, i), elementAt(after, i)
		d.walk(at.index(i, from, to), from, to)
	}
}

func (d *differ) walkNamed(at path, key string, before, after map[string]any) {
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		from, to := valueOf(before, name), valueOf(after, name)
		d.walk(at.element(name, from, to), without(from, key), without(to, key))
	}
}

// addOrder adds a difference if the elements that both lists have are in another order: a later environment variable
// or init container sees what an earlier one has done.
func (d *differ) addOrder(at path, old, new []string) {
	kept := slices.DeleteFunc(slices.Clone(old), func(name string) bool { return !slices.Contains(new, name) })
	moved := slices.DeleteFunc(slices.Clone(new), func(name string) bool { return !slices.Contains(old, name) })
	if slices.Equal(kept, moved) {
		return
	}
	d.found = append(d.found, ranked{danger: dangerOrder, Difference: Difference{
		Path: at.String(), Type: Reordered, Old: listOf(kept), New: listOf(moved), Executes: true,
	}})
}

// distinct returns the values of a field in the elements of a list, or nil unless each has one that no other has.
func distinct(elements []any, key string) []string {
	values := make([]string, 0, len(elements))
	for _, element := range elements {
		value, _ := fieldsOf(element)[key].(string)
		if value == "" || slices.Contains(values, value) {
			return nil
		}
		values = append(values, value)
	}
	return values
}

func byName(elements []any, key string) map[string]any {
	named := make(map[string]any, len(elements))
	for _, element := range elements {
		name, _ := fieldsOf(element)[key].(string)
		named[name] = element
	}
	return named
}

// without returns an element less the field that its path tells already.
func without(element any, key string) any {
	fields, ok := element.(map[string]any)
	if !ok {
		return element
	}
	fields = maps.Clone(fields)
	delete(fields, key)
	return fields
}

func elementAt(elements []any, i int) any {
	if i < len(elements) {
		return elements[i]
	}
	return missing{}
}

func listOf(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = literal(name)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
