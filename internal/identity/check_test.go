// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/internal/identity"
)

func TestCheckName(t *testing.T) {
	cases := map[string]struct {
		reason string
		name   string
		// want is part of the error; empty for a name that is good.
		want string
	}{
		"Address":    {reason: "the usual login", name: "alice@example.com"},
		"Prefixed":   {reason: "an OpenID Connect login", name: "https://issuer.example.com#alice"},
		"WithSpace":  {reason: "a name in two words", name: "Alice B. O'Brien-Smith"},
		"Accents":    {reason: "Latin letters beyond ASCII are letters", name: "rené.müller@example.com"},
		"Vietnamese": {reason: "composed letters with two accents", name: "nguyễn@example.com"},
		"Cyrillic":   {reason: "one script that is not Latin", name: "анна"},
		"Greek":      {reason: "one script, a final sigma with it", name: "Οδυσσεύς"},
		"Japanese": {
			reason: "three scripts that belong together, beside a Latin address", name: "田中さくら@example.com",
		},
		"Korean":            {reason: "syllables beside a Latin address", name: "김민준@example.com"},
		"ServiceAccount":    {reason: "no person's, but nothing to mistake", name: "system:serviceaccount:cicd:bot"},
		"Digits":            {reason: "digits belong to no script", name: "анна2"},
		"Empty":             {reason: "nobody has no name", name: "", want: "empty"},
		"NotUTF8":           {reason: "bytes are shown in many ways", name: "bob\xff", want: "UTF-8"},
		"TrailingSpace":     {reason: "nobody sees it", name: "bob ", want: "space"},
		"LeadingSpace":      {reason: "nobody sees it", name: " bob", want: "space"},
		"TwoSpaces":         {reason: "nobody counts them", name: "bob  b", want: "space"},
		"OnlySpace":         {reason: "nobody sees it", name: " ", want: "space"},
		"NoBreakSpace":      {reason: "looks like a space", name: "bob\u00a0b", want: "normal form"},
		"NewLine":           {reason: "breaks the line it is shown in", name: "bob\nadmin", want: "U+000A"},
		"Decomposed":        {reason: "the same to the eye as the composed form", name: "rene\u0301", want: "normal form"},
		"Fullwidth":         {reason: "the same to the eye as ASCII", name: "ａlice", want: "normal form"},
		"Mathematical":      {reason: "the same to the eye as ASCII", name: "𝐚lice", want: "normal form"},
		"Ligature":          {reason: "one character for two", name: "ﬁona", want: "normal form"},
		"KelvinSign":        {reason: "looks like a K", name: "\u212aarl", want: "normal form"},
		"ZeroWidthSpace":    {reason: "nobody sees it", name: "ali\u200bce", want: "U+200B"},
		"ZeroWidthJoiner":   {reason: "nobody sees it", name: "ali\u200dce", want: "U+200D"},
		"SoftHyphen":        {reason: "seen at the end of a line only", name: "ali\u00adce", want: "U+00AD"},
		"ByteOrderMark":     {reason: "nobody sees it", name: "\ufeffalice", want: "U+FEFF"},
		"RightToLeft":       {reason: "shows the rest backwards", name: "alice\u202emoc", want: "U+202E"},
		"Isolate":           {reason: "reorders the line", name: "\u2066alice", want: "U+2066"},
		"Tag":               {reason: "nobody sees it", name: "alice\U000e0041", want: "U+E0041"},
		"VariationSelector": {reason: "nobody sees it", name: "alice\ufe0f", want: "U+FE0F"},
		"CombiningMark": {
			reason: "a mark on the letter before it, easily overlooked", name: "alicq\u0323", want: "U+0323",
		},
		"EnclosingMark":   {reason: "drawn around the letter before it", name: "a\u20ddlice", want: "U+20DD"},
		"HangulFiller":    {reason: "a letter that nobody sees", name: "alice\u1160", want: "U+1160"},
		"BrailleBlank":    {reason: "a symbol that nobody sees", name: "alice\u2800", want: "U+2800"},
		"Escape":          {reason: "moves the cursor of a terminal", name: "alice\x1b[2K", want: "U+001B"},
		"Backspace":       {reason: "overwrites what is before it", name: "alicf\be", want: "U+0008"},
		"Null":            {reason: "ends the name for some", name: "alice\x00", want: "U+0000"},
		"Hyphen":          {reason: "not the hyphen of the keyboard", name: "alice\u2010ops", want: "U+2010"},
		"Apostrophe":      {reason: "not the apostrophe of the keyboard", name: "o\u2019brien", want: "U+2019"},
		"Colon":           {reason: "a letter that looks like a colon", name: "system\u02d0admin", want: "U+02D0"},
		"ArabicDigit":     {reason: "a one that is no 1", name: "alice١", want: "U+0661"},
		"Emoji":           {reason: "too many look alike", name: "alice🙂", want: "U+1F642"},
		"CyrillicLetter":  {reason: "а is Cyrillic", name: "аlice", want: "mixes Cyrillic and Latin"},
		"CyrillicAddress": {reason: "е is Cyrillic", name: "alice@examplе.com", want: "mixes Cyrillic and Latin"},
		"GreekLetter":     {reason: "ο is Greek", name: "bοb", want: "mixes Greek and Latin"},
		"ArmenianLetter":  {reason: "օ is Armenian", name: "bօb", want: "mixes Armenian and Latin"},
		"CherokeeLetter":  {reason: "Ꭺ is Cherokee", name: "Ꭺlice", want: "mixes Cherokee and Latin"},
		"DeseretLetter":   {reason: "a script that few know", name: "b𐐬b", want: "mixes Deseret and Latin"},
		"HebrewLetter":    {reason: "ס is Hebrew, and turns the line around", name: "bסb", want: "mixes Hebrew and Latin"},
		"HangulLetter": {
			reason: "half a syllable, that looks like an o", name: "b\u110bb", want: "mixes Hangul and Latin",
		},
		"ThaiBesideCyrillic": {reason: "no two scripts", name: "анก", want: "mixes Cyrillic and Thai"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := identity.CheckName(tc.name)
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("%s: %q: %v", tc.reason, tc.name, err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("%s: %q: got %v, want …%s…", tc.reason, tc.name, err, tc.want)
			}
		})
	}
}
