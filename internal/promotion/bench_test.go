// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"testing"

	"github.com/countersign-dev/countersign/internal/promotion"
)

// crowd is a large case: 50 roles of 20 members and a bot each, 3 policies of 3 rules, 16 decisions.
func crowd() promotion.Case {
	steps := []step{}
	for i := range 50 {
		terms := []string{}
		for j := range 20 {
			terms = append(terms, fmt.Sprintf("user-%d-%d@example.com", i, j))
		}
		steps = append(steps, role(fmt.Sprintf("role-%d", i), users(terms...)),
			role(fmt.Sprintf("bots-%d", i), botOf("cicd", fmt.Sprintf("bot-%d", i))))
	}
	for i := range 3 {
		steps = append(steps, policy(fmt.Sprintf("policy-%d", i), needs(2, "a", "role-10"), needs(2, "b", "role-20"),
			needs(1, "c", "role-10", "role-20", "role-30")))
	}
	steps = append(steps, asked(alice, by("Dora <dora@example.com>")), approved(bob))
	for i := range 15 {
		steps = append(steps, approved(fmt.Sprintf("user-%d-%d@example.com", i%3*10+10, i)))
	}
	return story(steps...)
}

func BenchmarkEvaluate(b *testing.B) {
	cases := map[string]promotion.Case{
		"Approved": story(asked(alice), approved(bob)),
		"Denied":   story(asked(alice)),
		"Crowd":    crowd(),
	}
	for name, c := range cases {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				promotion.Evaluate(c, noon)
			}
		})
	}
}
