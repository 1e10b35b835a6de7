// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/countersign-dev/countersign/internal/promotion"
)

// FuzzPeople : whatever a person is called, they do not make two people by writing their name in another way.
func FuzzPeople(f *testing.F) {
	for _, name := range disguises(f) {
		for how := range len(spellings) {
			f.Add(name, uint8(how), uint8(0))
		}
	}
	f.Add("İstanbul", uint8(0), uint8(1))
	f.Add("Straße <strasse@example.com>", uint8(1), uint8(2))
	f.Fuzz(func(t *testing.T, name string, first, second uint8) {
		other := spellings[int(second)%len(spellings)](spellings[int(first)%len(spellings)](name))
		everybody := role("release-managers", users(name, other))
		two := policy("production", needs(2, "release", "release-managers"))
		for title, c := range map[string]promotion.Case{
			"asks and approves":    story(everybody, asked(name), approved(other)),
			"writes and approves":  story(everybody, asked(alice, by(name)), approved(other)),
			"approves for a bot":   story(everybody, asked(bot), approved(name), approved(other)),
			"approves twice":       story(everybody, two, asked(alice), approved(name), approved(other)),
			"approves and asks it": story(everybody, asked(other), approved(name)),
		} {
			if promotion.Evaluate(c, noon).Allowed {
				t.Fatalf("%q (%+q) and %q (%+q): one person %s", name, name, other, other, title)
			}
		}
	})
}

// spellings of a name that mean the same person to whoever reads them.
var spellings = []func(string) string{
	strings.ToUpper,
	strings.ToLower,
	strings.ToTitle,
	norm.NFD.String,
	norm.NFKC.String,
	func(name string) string { return strings.Map(wide, name) },
	func(name string) string { return strings.Map(cyrillic, name) },
	func(name string) string { return name + "\u200b" },
	func(name string) string { return strings.ReplaceAll(name, "a", "a\u00ad") },
	func(name string) string { return " " + name },
	provided,
	func(name string) string { return strings.ReplaceAll(name, " ", "  ") },
	unchanged,
}

var address = regexp.MustCompile(`^[a-z0-9]+@[a-z0-9]+\.[a-z]+$`)

// provided is an address as an identity provider may write it. Other names it may have given to others.
func provided(name string) string {
	if address.MatchString(name) {
		return "oidc:" + name
	}
	return name
}

func unchanged(name string) string { return name }

// wide is a character as East Asian fonts have it.
func wide(r rune) rune {
	if r > ' ' && r <= unicode.MaxASCII {
		return r - ' ' + 0xFF00
	}
	return r
}

// cyrillic is a letter that looks like a Latin one.
func cyrillic(r rune) rune {
	found := strings.IndexRune("aceopsxyABCEHKMOPTX", r)
	if found < 0 {
		return r
	}
	return []rune("асеорѕхуАВСЕНКМОРТХ")[found]
}
