// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

// corpus of names, those of one person together.
func corpus(t testing.TB) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/same.txt")
	if err != nil {
		t.Fatal(err)
	}
	var people [][]string
	for paragraph := range strings.SplitSeq(string(text), "\n\n") {
		var names []string
		for line := range strings.Lines(paragraph) {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			name, err := strconv.Unquote(line)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			people = append(people, names)
		}
	}
	return people
}

// unmapped joins no names.
var unmapped identity.Mapping

func user(name, uid string) v1alpha1.UserReference {
	return v1alpha1.UserReference{Username: name, UID: uid}
}

func TestSameByName(t *testing.T) {
	people := corpus(t)
	for i, names := range people {
		for j, others := range people {
			for _, a := range names {
				for _, b := range others {
					if got := unmapped.Same(user(a, ""), user(b, "")); got != (i == j) {
						t.Errorf("%q and %q are the same: %t", a, b, got)
					}
					if got := unmapped.Named(a, user(b, "")); got != (i == j) {
						t.Errorf("%q names %q: %t", a, b, got)
					}
				}
			}
		}
	}
}

func TestSame(t *testing.T) {
	cases := map[string]struct {
		reason          string
		a, b            v1alpha1.UserReference
		same, identical bool
	}{
		"Equal": {reason: "one login", a: user("bob", "1"), b: user("bob", "1"), same: true, identical: true},
		"NoUID": {reason: "one login without a UID", a: user("bob", ""), b: user("bob", ""), same: true, identical: true},
		"OtherUID": {
			reason: "a name used again may be the same person", a: user("bob", "1"), b: user("bob", "2"), same: true,
		},
		"LostUID":   {reason: "by another authenticator, perhaps", a: user("bob", "1"), b: user("bob", ""), same: true},
		"OtherName": {reason: "a person who was renamed", a: user("bob", "1"), b: user("robert", "1"), same: true},
		"OtherCase": {reason: "may be another login", a: user("bob", ""), b: user("Bob", ""), same: true},
		"Different": {reason: "two people", a: user("bob", "1"), b: user("carol", "2")},
		"NoUIDs":    {reason: "no UID is no proof", a: user("bob", ""), b: user("carol", "")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				if got := unmapped.Same(tc.a, tc.b); got != tc.same {
					t.Errorf("%s: same: %t", tc.reason, got)
				}
				if got := identity.Identical(tc.a, tc.b); got != tc.identical {
					t.Errorf("%s: identical: %t", tc.reason, got)
				}
				tc.a, tc.b = tc.b, tc.a
			}
		})
	}
}

// TestCaseDoesNotCount goes through all characters that have another case.
func TestCaseDoesNotCount(t *testing.T) {
	for r := range unicode.MaxRune {
		for _, other := range []rune{unicode.ToUpper(r), unicode.ToLower(r), unicode.ToTitle(r)} {
			if other != r && !unmapped.Named(string(r), user(string(other), "")) {
				t.Errorf("%q and %q are different people's", r, other)
			}
		}
	}
}

func TestPeople(t *testing.T) {
	cases := map[string]struct {
		reason string
		users  []v1alpha1.UserReference
		want   [][]int
	}{
		"Nobody": {reason: "no users, no people"},
		"Two": {
			reason: "two people", users: []v1alpha1.UserReference{user("bob", ""), user("carol", "")}, want: [][]int{{0}, {1}},
		},
		"Twice": {
			reason: "bob twice, carol between", want: [][]int{{1}, {0, 2}},
			users: []v1alpha1.UserReference{user("bob", ""), user("carol", ""), user("Bob", "")},
		},
		"ThroughAThird": {
			reason: "the last has the name of one and the UID of the other", want: [][]int{{0, 1, 2}},
			users: []v1alpha1.UserReference{user("bob", "1"), user("robert", "2"), user("bob", "2")},
		},
		"Chain": {
			reason: "all are one only once the last is known", want: [][]int{{0, 1, 2, 3, 4}},
			users: []v1alpha1.UserReference{
				user("a", "1"), user("b", "2"), user("b", "3"), user("c", "1"), user("c", "3"),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, unmapped.People(tc.users)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPeopleArePartition: everybody is one person, two who are the same are one, in whatever order they come, and
// nobody is one with somebody to whom nothing ties them.
func TestPeopleArePartition(t *testing.T) {
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 1))
		users := make([]v1alpha1.UserReference, random.IntN(12))
		for i := range users {
			uid := []string{"", "1", "2", "3", "4", "5", "6", "7"}[random.IntN(8)]
			users[i] = user(string(rune('a'+random.IntN(12))), uid)
		}
		got := personOf(t, users)
		want := closure(users)
		for i := range users {
			for j := range users {
				if (got[i] == got[j]) != want[i][j] {
					t.Fatalf("seed %d: %v and %v are one: %t\nof %v", seed, users[i], users[j], got[i] == got[j], users)
				}
			}
		}
	}
}

func personOf(t *testing.T, users []v1alpha1.UserReference) map[int]int {
	t.Helper()
	number := map[int]int{}
	for person, indices := range unmapped.People(users) {
		for _, i := range indices {
			if _, again := number[i]; again {
				t.Fatalf("%v is two people of %v", users[i], users)
			}
			number[i] = person
		}
	}
	if len(number) != len(users) {
		t.Fatalf("of %v only %v are people", users, number)
	}
	return number
}

// closure by Warshall's algorithm.
func closure(users []v1alpha1.UserReference) [][]bool {
	one := make([][]bool, len(users))
	for i := range users {
		one[i] = make([]bool, len(users))
		for j := range users {
			one[i][j] = unmapped.Same(users[i], users[j])
		}
	}
	for k := range users {
		for i := range users {
			for j := range users {
				one[i][j] = one[i][j] || one[i][k] && one[k][j]
			}
		}
	}
	return one
}

func FuzzNames(f *testing.F) {
	for _, names := range corpus(f) {
		for _, name := range names {
			f.Add(name, names[0])
		}
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !unmapped.Named(a, user(a, "")) {
			t.Errorf("%q is not itself", a)
		}
		if unmapped.Named(a, user(b, "")) != unmapped.Named(b, user(a, "")) {
			t.Errorf("%q and %q are the same one way only", a, b)
		}
		var directory identity.Directory
		if (directory.KindOf(a) == identity.Person) && identity.CheckName(a) != nil {
			t.Errorf("%q is a person", a)
		}
		if identity.CheckName(a) == nil && identity.CheckName(b) == nil && a != b && strings.EqualFold(a, b) &&
			!unmapped.Named(a, user(b, "")) {
			t.Errorf("%q and %q differ in case only", a, b)
		}
	})
}
