// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/internal/promotion"
)

// disguises are the names of one person, as the tests of identity have them.
func disguises(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("../identity/testdata/same.txt")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text)[strings.Index(string(text), `"`):], "\n\n")
	var names []string
	for line := range strings.Lines(first) {
		if name, err := strconv.Unquote(strings.TrimSpace(line)); err == nil {
			names = append(names, name)
		}
	}
	if len(names) < 20 {
		t.Fatalf("only %d names", len(names))
	}
	return names
}

// TestDisguisesAreOnePerson : whatever names one person uses, and whatever roles list them, they do not make a quorum.
func TestDisguisesAreOnePerson(t *testing.T) {
	names := disguises(t)
	everybody := role("release-managers", users(names...))
	for _, first := range names {
		for _, second := range names {
			for title, c := range map[string]promotion.Case{
				"asks and approves":             story(everybody, asked(first), approved(second)),
				"writes and approves":           story(everybody, asked(alice, by(first)), approved(second)),
				"approves twice a bot's change": story(everybody, asked(bot), approved(first), approved(second)),
				"approves twice": story(everybody, policy("production", needs(2, "release", "release-managers")),
					asked(alice), approved(first), approved(second)),
				"approves for two rules": story(everybody, asked(alice), approved(first), approved(second),
					policy("production", needs(1, "release", "release-managers"), needs(1, "again", "release-managers"))),
			} {
				if promotion.Evaluate(c, noon).Allowed {
					t.Errorf("%q and %q: one person %s", first, second, title)
				}
			}
		}
	}
}
