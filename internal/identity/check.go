// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CheckName says why a name could be mistaken for another one's. A nil error means that nothing about its characters
// speaks for it.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("the name is empty")
	case !utf8.ValidString(name):
		return errors.New("the name is not valid UTF-8")
	case strings.Trim(name, " ") != name || strings.Contains(name, "  "):
		return errors.New("the name begins or ends with a space, or has two in a row")
	case !norm.NFKC.IsNormalString(name):
		return errors.New("the name is not in Unicode normal form KC")
	}
	for _, r := range name {
		if !plain(r) {
			return fmt.Errorf("the name contains the character %U, which is easily overlooked or mistaken", r)
		}
	}
	return checkScripts(name)
}

// plain tells whether a reader knows the character for what it is: printable ASCII, or a letter of a script. Beyond
// ASCII there are hyphens, dots, quotes and digits that look like others, and characters that nobody sees.
func plain(r rune) bool {
	if r <= unicode.MaxASCII {
		return unicode.IsPrint(r)
	}
	return unicode.IsLetter(r) && !unicode.Is(unicode.Common, r) && !ignorable(r)
}

// ignorable tells whether the character is there for the eye only of a program: it joins, reorders or fills.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// checkScripts refuses letters of several scripts in one name, such as a Cyrillic а among Latin letters.
func checkScripts(name string) error {
	first := ""
	for _, r := range name {
		script := scriptOf(r)
		if script == "" || script == first {
			continue
		}
		if first != "" {
			return fmt.Errorf("the name mixes %s and %s letters", min(first, script), max(first, script))
		}
		first = script
	}
	return nil
}

// hangulSyllables are whole syllables; the letters they are made of look like Latin ones.
var hangulSyllables = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}}}

// scriptOf is the script of a letter. It is empty for what may stand beside any letters: what is no letter, and the
// characters of East Asia, which nobody takes for Latin ones.
func scriptOf(r rune) string {
	switch {
	case !unicode.IsLetter(r), unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, hangulSyllables):
		return ""
	case r <= unicode.MaxASCII:
		return "Latin"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "unknown"
}
