// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"fmt"
	"net/mail"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// CheckName says why a name could be mistaken for another one's. A nil error means that it cannot.
func CheckName(name string) error {
	if name == "" {
		return errors.New("the name is empty")
	}
	if !utf8.ValidString(name) {
		return errors.New("the name is not valid UTF-8")
	}
	if !norm.NFC.IsNormalString(name) {
		return errors.New("the name is not in Unicode normal form C")
	}
	for _, r := range name {
		if !plain(r) {
			return fmt.Errorf("the name contains the invisible character %U", r)
		}
	}
	return checkScripts(name)
}

// plain tells whether a reader sees the character: it is printable and no mark, format or space character but ' '.
func plain(r rune) bool {
	return r == ' ' || unicode.IsPrint(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Mn, r) &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// lookalikes are scripts with letters that look like those of another in the list.
var lookalikes = map[string]*unicode.RangeTable{
	"Latin": unicode.Latin, "Cyrillic": unicode.Cyrillic, "Greek": unicode.Greek, "Armenian": unicode.Armenian,
	"Cherokee": unicode.Cherokee, "Coptic": unicode.Coptic, "Lisu": unicode.Lisu,
}

func checkScripts(name string) error {
	first := ""
	for _, r := range name {
		script := scriptOf(r)
		if script == "" || script == first {
			continue
		}
		if first != "" {
			return fmt.Errorf("the name mixes %s and %s letters", first, script)
		}
		first = script
	}
	return nil
}

func scriptOf(r rune) string {
	for name, table := range lookalikes {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// key is the form of a name in which two names of one person are equal: the address alone where the name is written
// as an address (RFC 5322), compatible characters and case folded.
func key(name string) string {
	if address, err := mail.ParseAddress(name); err == nil {
		name = address.Address
	}
	return fold(name)
}

func fold(name string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
}
