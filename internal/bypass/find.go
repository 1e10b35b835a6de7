// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Finding is one way that one binding gives one subject.
type Finding struct {
	// Way by name, and what can be done by it.
	Way, Means string
	Subject    rbacv1.Subject
	Binding    Binding
	// Rights that make it a way, as kubectl writes them: patch namespaces.
	Rights []string
	// Guards in the API server that keep the subject from it all the same. None: the way is open.
	Guards []string

	danger int
}

// Open tells whether nothing keeps the subject from it.
func (f Finding) Open() bool { return len(f.Guards) == 0 }

// Find lists who could get round the gate, and through what: what is open before what is guarded, and of each the most
// dangerous first. Who may do everything is listed for that alone.
func Find(c Cluster) []Finding {
	var found []Finding
	for _, b := range c.bindings() {
		for _, subject := range b.subjects {
			if !part(b.Binding, subject) {
				found = append(found, c.findings(b, subject)...)
			}
		}
	}
	slices.SortStableFunc(found, order)
	return found
}

func (c Cluster) findings(b binding, subject rbacv1.Subject) []Finding {
	var found []Finding
	for danger, way := range ways {
		rights := way.given(b.rules)
		if len(rights) == 0 || !c.reaches(b.Binding, way.in) {
			continue
		}
		found = append(found, Finding{
			Way: way.name, Means: way.means, Subject: subject, Binding: b.Binding, Rights: rights,
			Guards: c.keptBy(way, subject), danger: danger,
		})
		if way.name == everything {
			break
		}
	}
	return found
}

// order puts groups before single users, because they are more people.
func order(a, b Finding) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.danger, b.danger),
		cmp.Compare(a.Subject.Kind, b.Subject.Kind), cmp.Compare(a.Subject.Namespace, b.Subject.Namespace),
		cmp.Compare(a.Subject.Name, b.Subject.Name), cmp.Compare(a.Binding.Namespace, b.Binding.Namespace),
		strings.Compare(a.Binding.Name, b.Binding.Name))
}

// rank of what is open, and of what is not.
func rank(f Finding) int {
	if f.Open() {
		return 0
	}
	return 1
}
