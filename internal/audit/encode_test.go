// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// filled is an event with every text set to the given one, and every list to as many of it.
func filled(text string, count int) Event {
	var event Event
	fill(reflect.ValueOf(&event).Elem(), text, count)
	return event
}

func fill(value reflect.Value, text string, count int) {
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				fill(value.Field(i), text, count)
			}
		}
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), count, count))
		for i := range count {
			fill(value.Index(i), text, count)
		}
	case reflect.String:
		value.SetString(text)
	}
}

func TestEveryTextAndListIsBounded(t *testing.T) {
	event := filled(strings.Repeat("é", maxText+1), MostListed+1)
	line, err := encode(event)
	if err != nil {
		t.Fatal(err)
	}
	var got Event
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	want := filled(strings.Repeat("é", maxText)+cut, MostListed)
	for _, list := range []*[]string{&want.Reasons, &want.Policies, &want.Subjects, &want.Rights, &want.Workloads} {
		*list = append(*list, cut)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if len(event.Subjects) != MostListed+1 || event.Subjects[0] == want.Subjects[0] {
		t.Error("the lists of the caller were changed")
	}
}

func TestEscape(t *testing.T) {
	cases := map[string]struct {
		reason string
		text   string
		want   string
	}{
		"Plain": {
			reason: "what prints stays readable",
			text:   "jörg@例え.jp 👍", want: `"jörg@例え.jp 👍"`,
		},
		"LineBreak": {
			reason: "a name must not forge a line of the trail",
			text:   "a\n{\"type\":\"Entry\"}\r", want: `"a\n{\"type\":\"Entry\"}\r"`,
		},
		"Terminal": {
			reason: "escape sequences and C1 controls must not reach a terminal",
			text:   "\x1b[2J\x7f\u009b", want: `"\u001b[2J\u007f\u009b"`,
		},
		"Bidi": {
			reason: "an override must not reorder what a person reads",
			text:   "\u202egnp.exe\u2066", want: `"\u202egnp.exe\u2066"`,
		},
		"Invisible": {
			reason: "two names that look the same must not be the same to the eye only",
			text:   "al\u200bice\u00a0\ufeff", want: `"al\u200bice\u00a0\ufeff"`,
		},
		"Separators": {
			reason: "some readers take these for line breaks",
			text:   "a\u2028b\u2029", want: `"a\u2028b\u2029"`,
		},
		"BeyondTheBasicPlane": {
			reason: "a tag character needs two \\u",
			text:   "\U000E0041", want: `"\udb40\udc41"`,
		},
		"NotUTF8": {
			reason: "JSON is UTF-8",
			text:   "a\xff", want: `"a\ufffd"`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(escape(text))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func FuzzEncode(f *testing.F) {
	f.Add("alice@example.com")
	f.Add("\u202e\n\x00\xff\U000E0041")
	f.Fuzz(func(t *testing.T, text string) {
		line, err := encode(filled(text, 2))
		if err != nil {
			t.Fatal(err)
		}
		if strings.IndexFunc(string(line[:len(line)-1]), func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
			t.Errorf("the line has a character that does not print: %q", line)
		}
		var got Event
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if utf8.ValidString(text) && got.Role != short(text) {
			t.Errorf("got %q, want %q", got.Role, short(text))
		}
	})
}
