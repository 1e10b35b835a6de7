// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import "github.com/countersign-dev/countersign/api/v1alpha1"

// quorum assigns people to the approval rules of a policy, each person to one, so that as many places as possible are
// taken: maximum bipartite matching by augmenting paths. It returns how many places of each rule stay empty.
func quorum(rules []v1alpha1.ApprovalRule, people int, mayFill func(person, rule int) bool) []int {
	var places []int
	for rule := range rules {
		for range max(rules[rule].Count, 1) {
			places = append(places, rule)
		}
	}
	taken := make([]int, people)
	for person := range taken {
		taken[person] = -1
	}
	empty := make([]int, len(rules))
	for place, rule := range places {
		if !seat(place, places, taken, mayFill, make([]bool, people)) {
			empty[rule]++
		}
	}
	return empty
}

// seat finds a person for the place, moving others to further places where that frees one.
func seat(place int, places, taken []int, mayFill func(person, rule int) bool, tried []bool) bool {
	for person := range taken {
		if tried[person] || !mayFill(person, places[place]) {
			continue
		}
		tried[person] = true
		if taken[person] < 0 || seat(taken[person], places, taken, mayFill, tried) {
			taken[person] = place
			return true
		}
	}
	return false
}
