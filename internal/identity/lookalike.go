// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import "strings"

// lookalikes are small letters of other scripts that are taken for Latin ones, or whose capitals are: a whole name of
// them passes for another's. After the confusables of Unicode Technical Standard 39, for the scripts whose letters
// look like Latin ones by the dozen.
var lookalikes = strings.NewReplacer(
	// Cyrillic
	"а", "a", "в", "b", "с", "c", "ԁ", "d", "е", "e", "г", "r", "һ", "h", "н", "h", "і", "i", "ј", "j", "к", "k",
	"ӏ", "l", "м", "m", "о", "o", "р", "p", "ԛ", "q", "ѕ", "s", "т", "t", "ѵ", "v", "ԝ", "w", "х", "x", "у", "y", "ү", "y",
	// Greek
	"α", "a", "β", "b", "ϲ", "c", "ε", "e", "ι", "i", "ϳ", "j", "κ", "k", "ν", "v", "η", "n", "ο", "o", "ρ", "p",
	"τ", "t", "υ", "u", "μ", "u", "χ", "x", "ζ", "z", "ω", "w", "γ", "y",
	// Armenian
	"օ", "o", "ս", "u", "հ", "h", "ո", "n", "ց", "g", "զ", "q", "յ", "j", "լ", "l", "ք", "f",
)

// latinized is a folded name as somebody reads it who expects Latin letters.
func latinized(folded string) string {
	if ascii(folded) {
		return folded
	}
	return lookalikes.Replace(folded)
}
