// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ChangeType says what happened at a path.
type ChangeType string

const (
	// Added : the path is new.
	Added ChangeType = "Added"
	// Removed : the path is gone.
	Removed ChangeType = "Removed"
	// Changed : the path has another value.
	Changed ChangeType = "Changed"
	// Reordered : the elements of the list at the path are in an order that does not go without saying. Old are those
	// that stay, as they were in order; new are all.
	Reordered ChangeType = "Reordered"
)

// Difference is one path at which two contents differ, as a person may see it: in printable ASCII, whole, but for what
// looks like a credential, which is masked. What changes execution is not masked, but for the name and password in the
// address that an environment variable holds.
type Difference struct {
	// Path of the value, such as spec.template.spec.containers[web].image.
	Path string
	// Type is what happened there.
	Type ChangeType
	// Old value; empty where the path is new.
	Old string
	// New value; empty where the path is gone.
	New string
	// Executes is whether the difference can change what is executed, or with which rights.
	Executes bool
}

// Diff returns what differs between two contents of a resource, the most dangerous first. Nil is the content of no
// object. It returns nothing only where the contents are the same.
func Diff(resource schema.GroupResource, old, new map[string]any) []Difference {
	d := differ{custom: Custom(resource.Group)}
	d.walk(nil, present(old), present(new))
	slices.SortStableFunc(d.found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.danger, b.danger), cmp.Compare(a.Path, b.Path))
	})
	differences := make([]Difference, len(d.found))
	for i, found := range d.found {
		differences[i] = found.Difference
	}
	return differences
}

func present(content map[string]any) any {
	if content == nil {
		return missing{}
	}
	return content
}

// differ walks two values side by side.
type differ struct {
	// custom : nobody knows which fields of a custom kind are executed, and none is masked.
	custom bool
	found  []ranked
}

type ranked struct {
	Difference
	danger danger
}

func (d *differ) walk(at path, old, new any) {
	switch joint(kindOf(old), kindOf(new)) {
	case kindObject:
		d.walkObjects(at, old, new)
	case kindList:
		d.walkLists(at, old, new)
	case kindLeaf:
		d.addLeaf(at, old, new)
	case kindAbsent: // on both sides
	case kindMixed:
		d.walk(at, old, missing{})
		d.walk(at, missing{}, new)
	}
}

func (d *differ) walkObjects(at path, old, new any) {
	before, after := fieldsOf(old), fieldsOf(new)
	keys := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		d.walk(at.field(key), valueOf(before, key), valueOf(after, key))
	}
}

func (d *differ) addLeaf(at path, old, new any) {
	before, after := literal(old), literal(new)
	if before == after {
		return
	}
	difference := Difference{Path: at.String(), Type: Changed}
	switch {
	case before == "":
		difference.Type = Added
	case after == "":
		difference.Type = Removed
	}
	danger := at.danger()
	if at.configures(old, new) {
		danger = dangerConfiguration
	}
	difference.Executes = danger < dangerNone
	difference.Old, difference.New = d.show(at, danger, old, new)
	d.found = append(d.found, ranked{difference, danger})
}
