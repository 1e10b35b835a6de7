// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// login is an identity in the form in which identities are compared.
type login struct{ key, uid string }

func (m Mapping) loginOf(user v1alpha1.UserReference) login {
	return login{key: m.key(user.Username), uid: user.UID}
}

func (l login) same(other login) bool {
	return l.key == other.key || l.uid != "" && l.uid == other.uid
}

// Same tells whether two identities are, or may be, one person: equal names, case aside, names of one person of the
// mapping, or equal UIDs. It is the question to ask before somebody counts as a second person.
func (m Mapping) Same(a, b v1alpha1.UserReference) bool {
	return m.loginOf(a).same(m.loginOf(b))
}

// Identical tells whether two identities are one login beyond doubt. It is the question to ask before somebody takes
// back what another said.
func Identical(a, b v1alpha1.UserReference) bool {
	return a.Username == b.Username && a.UID == b.UID
}

// Named tells whether a name, such as a commit author's, is that of the user.
func (m Mapping) Named(name string, user v1alpha1.UserReference) bool {
	return m.key(name) == m.key(user.Username)
}

// Tells whether a name tells who somebody is wherever they log in: by an e-mail address, or because the mapping has it.
// Of any other name nobody knows which names the same person has elsewhere.
func (m Mapping) Tells(name string) bool {
	_, mapped := m.person[key(name)]
	return mapped || address.MatchString(key(name))
}

// People groups identities by person: identities that are the same as each other, directly or through a third, are
// one. Each group lists indices into users, in order.
func (m Mapping) People(users []v1alpha1.UserReference) [][]int {
	logins := make([]login, len(users))
	var people [][]int
	for i, user := range users {
		logins[i] = m.loginOf(user)
		person := []int{i}
		people = slices.DeleteFunc(people, func(other []int) bool {
			same := slices.ContainsFunc(other, func(j int) bool { return logins[i].same(logins[j]) })
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
