// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// address is an e-mail address within a name.
var address = regexp.MustCompile(`[^\s<>()\[\]:;,\\/#|=@]+@[^\s<>()\[\]:;,\\/#|=@]+`)

// key is the form of a name in which the names of one person are equal: characters folded, letters of other scripts
// taken for the Latin ones that they look like, and where there is an e-mail address in the name, that alone:
// "Bob <bob@example.com>" and "oidc:bob@example.com" are bob@example.com.
func key(name string) string {
	folded := latinized(fold(name))
	if found := address.FindAllString(folded, -1); len(found) > 0 {
		return found[len(found)-1]
	}
	return folded
}

// dots: the Turkish i with and without a dot are one capital letter to all others.
var dots = strings.NewReplacer("ı", "i", "i\u0307", "i")

// fold takes case, compatible characters, quotes, what nobody sees, and surplus space out of a name.
func fold(name string) string {
	if !ascii(name) {
		name = dots.Replace(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.Map(seen, name)))))
	}
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(name, `"`, ""))), " ")
}

func ascii(name string) bool {
	return strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// seen drops the characters that nobody sees.
func seen(r rune) rune {
	if ignorable(r) {
		return -1
	}
	return r
}
