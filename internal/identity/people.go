// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/countersign-dev/countersign/api/v1alpha1"

// Same tells whether two identities are, or may be, one person: equal names, case aside, or equal UIDs.
func Same(a, b v1alpha1.UserReference) bool {
	return key(a.Username) == key(b.Username) || a.UID != "" && a.UID == b.UID
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
		person := []int{}
		rest := people[:0:0]
		for _, other := range people {
			if anySame(users, other, i) {
				person = append(person, other...)
			} else {
				rest = append(rest, other)
			}
		}
		people = append(rest, append(person, i))
	}
	return people
}

func anySame(users []v1alpha1.UserReference, person []int, candidate int) bool {
	for _, i := range person {
		if Same(users[i], users[candidate]) {
			return true
		}
	}
	return false
}
