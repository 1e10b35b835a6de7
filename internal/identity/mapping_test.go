// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
)

const mapping = `
- person: alice
  names: [alice@example.com, "github|alice", alice-admin]
- {person: bob, names: [bob@example.com, bob-admin]}
- {person: robert, names: [robert@example.com, BOB-ADMIN]}
- {person: alice, names: [al]}
- {person: carol, names: ["Carol <carol@example.com>"]}
`

// TestTells: of some names one knows who it is wherever they log in, of others not.
func TestTells(t *testing.T) {
	m, err := identity.ParseMapping(mapping)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		reason, name     string
		mapped, unmapped bool
	}{
		"Address":        {"an address is one person's", "dave@example.com", true, true},
		"AsGit":          {"as Git writes it", "Dave <dave@example.com>", true, true},
		"Prefixed":       {"as the API server may", "oidc:dave@example.com", true, true},
		"Listed":         {"the mapping has it", "github|alice", true, false},
		"OtherCase":      {"written in capitals", "ALICE-Admin", true, false},
		"Unlisted":       {"nobody knows who that is elsewhere", "dave", false, false},
		"PersonIsNoName": {"what an entry is called is nobody's login", "robert", false, false},
		"NoAddress":      {"nobody is before the @", "@example.com", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := m.Tells(tc.name); got != tc.mapped {
				t.Errorf("%s: with the mapping it tells: %t", tc.reason, got)
			}
			if got := unmapped.Tells(tc.name); got != tc.unmapped {
				t.Errorf("%s: without one it tells: %t", tc.reason, got)
			}
		})
	}
}

func TestMappingJoins(t *testing.T) {
	m, err := identity.ParseMapping(mapping)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		reason string
		a, b   string
		same   bool
	}{
		"Listed":         {"two names of one entry", "alice@example.com", "alice-admin", true},
		"Others":         {"two other names of it", "github|alice", "alice-admin", true},
		"OtherCase":      {"written in capitals", "ALICE-Admin", "alice@EXAMPLE.com", true},
		"AsGit":          {"as Git writes it", "Alice <alice@example.com>", "alice-admin", true},
		"InTwoEntries":   {"a name in two entries joins both", "bob@example.com", "robert@example.com", true},
		"SamePerson":     {"two entries of one name are one", "al", "github|alice", true},
		"Mapped":         {"the entry itself is written as Git does", "carol@example.com", "CAROL@example.com", true},
		"Different":      {"two people", "alice-admin", "bob-admin", false},
		"Unlisted":       {"a name that nobody listed", "alice-ops", "alice@example.com", false},
		"PersonIsNoNode": {"nor is what it is called inside", "person:alice", "alice@example.com", false},
		"PersonIsNoName": {"what an entry is called is nobody's login", "alice", "alice@example.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := m.Same(user(tc.a, ""), user(tc.b, "")); got != tc.same {
				t.Errorf("%s: the same: %t", tc.reason, got)
			}
			if got := m.Named(tc.a, user(tc.b, "")); got != tc.same {
				t.Errorf("%s: named: %t", tc.reason, got)
			}
			if got := len(m.People([]v1alpha1.UserReference{user(tc.a, ""), user(tc.b, "")})) == 1; got != tc.same {
				t.Errorf("%s: one person: %t", tc.reason, got)
			}
		})
	}
}

func TestParseMapping(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, text string
		// says is part of the error; empty where the mapping is good.
		says string
	}{
		"Empty":     {"nothing is mapped", "", ""},
		"EmptyList": {"nothing is mapped", "[]", ""},
		"One":       {"one name, and nothing to join", "[{person: a, names: [b]}]", ""},
		"NotAList":  {"a map", "alice: [a, b]", "must be a list"},
		"Text":      {"no YAML that means anything", "alice", "must be a list"},
		"Broken":    {"no YAML", "- {person: [", "must be a list"},
		"Misspelt":  {"whoever wrote it meant to join", "[{person: a, name: [b]}]", "must be a list"},
		"Twice":     {"which of them?", "[{person: a, names: [b], names: [c]}]", "must be a list"},
		"NotAName":  {"no name", "[{person: a, names: [{b: c}]}]", "must be a list"},
		"NoPerson":  {"whose names?", "[{names: [b, c]}]", "entry 1: person and names"},
		"Blank":     {"whose names?", "[{person: ' ', names: [b, c]}]", "entry 1: person and names"},
		"NoNames":   {"nothing to join", "[{person: b, names: [c]}, {person: a}]", "entry 2: person and names"},
		"NullName":  {"nobody's name", "[{person: a, names: [~, b]}]", "none must be empty"},
		"Unseen":    {"nobody's name", `[{person: a, names: ["\u200b", b]}]`, "none must be empty"},
		"Long":      {"no login is that long", "[{person: a, names: [" + strings.Repeat("x", 513) + "]}]", "512 characters"},
		"Many":      {"people", strings.Repeat("- {person: a, names: [b]}\n", 4097), "4096 entries"},
		"JustLong":  {"a login is that long", "[{person: a, names: [" + strings.Repeat("x", 512) + "]}]", ""},
		"JustMany":  {"people", strings.Repeat("- {person: a, names: [b]}\n", 4096), ""},
		"JustLarge": {"text", strings.Repeat("#", 256<<10), ""},
		"Large":     {"text", strings.Repeat("#", 256<<10+1), "256 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := identity.ParseMapping(tc.text)
			switch {
			case tc.says == "" && err != nil:
				t.Errorf("%s: %v", tc.reason, err)
			case tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)):
				t.Errorf("%s: want an error that says %q, got %v", tc.reason, tc.says, err)
			}
		})
	}
}

// TestMappingOnlyJoins: whatever is mapped, who was one person still is.
func TestMappingOnlyJoins(t *testing.T) {
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 3))
		var text strings.Builder
		for range random.IntN(4) {
			fmt.Fprintf(&text, "- {person: p%d, names: [%c, %c]}\n", random.IntN(3), 'a'+rune(random.IntN(8)),
				'A'+rune(random.IntN(8)))
		}
		m, err := identity.ParseMapping(text.String())
		if err != nil {
			t.Fatal(err)
		}
		for a := range 8 {
			for b := range 8 {
				one, other := user(string(rune('a'+a)), ""), user(string(rune('A'+b)), "")
				if unmapped.Same(one, other) && !m.Same(one, other) {
					t.Fatalf("seed %d: %v and %v are two people by\n%s", seed, one, other, text.String())
				}
				if m.Same(one, other) != m.Same(other, one) {
					t.Fatalf("seed %d: one way only", seed)
				}
			}
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(mapping)
	f.Add("- &a {person: x, names: [y]}\n- *a")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := identity.ParseMapping(text)
		if err == nil && !m.Same(user("bob", ""), user("BOB", "")) {
			t.Error("bob is not BOB")
		}
	})
}
