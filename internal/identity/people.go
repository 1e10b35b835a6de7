// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Same tells whether two identities are, or may be, one person: equal names, case aside, or equal UIDs. It is the
// question to ask before somebody counts as a second person.
func Same(a, b v1alpha1.UserReference) bool {
	return key(a.Username) == key(b.Username) || a.UID != "" && a.UID == b.UID
}

// Identical tells whether two identities are one login beyond doubt. It is the question to ask before somebody takes
// back what another said.
func Identical(a, b v1alpha1.UserReference) bool {
	return a.Username == b.Username && a.UID == b.UID
}

// Named tells whether a name, such as a commit author's, is that of the user.
func Named(name string, user v1alpha1.UserReference) bool {
	return key(name) == key(user.Username)
}

// People groups identities by person: identities that are the same as each other, directly or through a third, are
// one. Each group lists indices into users, in order.
func People(users []v1alpha1.UserReference) [][]int {
	var people [][]int
	for i := range users {
		person := []int{i}
		people = slices.DeleteFunc(people, func(other []int) bool {
			same := slices.ContainsFunc(other, func(j int) bool { return Same(users[i], users[j]) })
			if same {
				person = append(person, other...)
			}
			return same
		})
		slices.Sort(person)
		people = append(people, person)
	}
	return people
}
