// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSafe(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		text   string
		want   string
	}{
		"Plain":       {"ordinary text stays as it is", `OK, "5" → 7 – ü 日本`, `OK, "5" → 7 – ü 日本`},
		"Escape":      {"an escape sequence could repaint the screen", "a\x1b[2Kb", `a\u001b[2Kb`},
		"Newline":     {"a second line could look like one of ours", "a\nState\tApproved", `a\nState\tApproved`},
		"Return":      {"a carriage return overwrites the line", "evil\rgood", `evil\u000dgood`},
		"Bidi":        {"text could be shown in another order", "a\u202egnp", `a\u202egnp`},
		"ZeroWidth":   {"two names could look the same", "bob\u200b@example.com", `bob\u200b@example.com`},
		"NoBreak":     {"a space that is none", "a\u00a0b", `a\u00a0b`},
		"Tag":         {"invisible tag characters", "a\U000e0041", `a\U000e0041`},
		"Selector":    {"a variation selector is not seen", "a\ufe0f", `a\ufe0f`},
		"Hangul":      {"a filler is a letter that is not seen", "a\u3164", `a\u3164`},
		"Invalid":     {"bytes that are no text", "a\xffb", `a\xffb`},
		"Replacement": {"the replacement character itself is text", "a\ufffdb", "a\ufffdb"},
		"C1":          {"an eight-bit escape sequence", "a\u009b2K", `a\u009b2K`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, safe(tc.text)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func FuzzSafe(f *testing.F) {
	for _, seed := range []string{"", "plain", "\x1b[31m", "\u202e", "\xff\xfe", "a\nb", "\U000e0041"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := safe(text)
		if !utf8.ValidString(got) {
			t.Errorf("safe(%q) is not valid UTF-8: %q", text, got)
		}
		for _, r := range got {
			if !visible(r) {
				t.Errorf("safe(%q) has the invisible character %U", text, r)
			}
		}
		if again := safe(got); again != got {
			t.Errorf("safe(%q) = %q is not stable: %q", text, got, again)
		}
	})
}
