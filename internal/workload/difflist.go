// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"maps"
	"slices"
)

// elementKeys are the fields by which the elements of a list are told apart, in the order in which they are tried.
var elementKeys = []string{"name", "mountPath", "devicePath", "key"}

// walkLists compares element by element: those of the same name if every element has one of its own, those at the
// same place otherwise.
func (d *differ) walkLists(at path, old, new any) {
	before, after := elementsOf(old), elementsOf(new)
	for _, key := range elementKeys {
		oldNamed, newNamed := byName(before, key), byName(after, key)
		if oldNamed != nil && newNamed != nil {
			d.walkNamed(at, key, oldNamed, newNamed)
			d.addOrder(at, namesIn(before, key), namesIn(after, key), refersBack(before) || refersBack(after))
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

// byName returns the elements of a list by a field of theirs, or nil unless each has a value there that no other has.
func byName(elements []any, key string) map[string]any {
	named := make(map[string]any, len(elements))
	for _, element := range elements {
		name, _ := fieldsOf(element)[key].(string)
		if _, taken := named[name]; taken || name == "" {
			return nil
		}
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
