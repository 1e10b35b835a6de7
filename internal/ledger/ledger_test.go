// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 9, 14, 16, 0, 0, 0, time.UTC)

const (
	hex   = "1111111111111111111111111111111111111111111111111111111111111111"
	app   = "registry.example.com/app@sha256:" + hex
	other = "registry.example.com/other@sha256:" + hex
)

func TestNext(t *testing.T) {
	before := map[string]time.Time{app: now.Add(-time.Minute)}
	for name, test := range map[string]struct {
		reason   string
		evidence Evidence
		want     Ledger
	}{
		"Entered": {
			"it was let in", Evidence{Entered: []string{app, app, ""}},
			Ledger{Images: []string{app}},
		},
		"LiveAlone": {
			"a template that nobody let in puts nothing on the ledger", Evidence{Live: []string{app}},
			Ledger{},
		},
		"LiveStays": {
			"what runs keeps running", Evidence{Listed: []string{app}, Live: []string{app}, Idle: before, Grace: time.Second},
			Ledger{Images: []string{app}},
		},
		"JustIdle": {
			"what names it may be on its way", Evidence{Listed: []string{app}, Grace: time.Minute},
			Ledger{Images: []string{app}, Idle: map[string]time.Time{app: now}},
		},
		"EnteredIsNotIdle": {
			"nothing needs to name it", Evidence{Listed: []string{app}, Entered: []string{app}, Grace: time.Minute},
			Ledger{Images: []string{app}},
		},
		"IdleStill": {
			"it is not over yet", Evidence{Listed: []string{app}, Idle: before, Grace: time.Hour},
			Ledger{Images: []string{app}, Idle: before},
		},
		"Collected": {
			"nothing has named it for long",
			Evidence{Listed: []string{app, other}, Live: []string{other}, Idle: before, Grace: time.Minute},
			Ledger{Images: []string{other}},
		},
		"Unspeakable": {
			"no key can hold it", Evidence{Entered: []string{"a\nb", "ü", app}},
			Ledger{Images: []string{app}, LeftOut: 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.evidence.Now = now
			got := Next(test.evidence)
			if len(got.Idle) == 0 {
				got.Idle = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestListable: what a request has room for, and a key can spell.
func TestListable(t *testing.T) {
	for image, want := range map[string]bool{
		strings.Repeat("a", 1024): true, strings.Repeat("a", 1025): false, app: true, "[::1]:5000/x:1": true,
		"": false, "two\nlines": false, "a b": false, ".": false, "..": false, "..a": false, ".a": true,
	} {
		if got := Listable(image); got != want {
			t.Errorf("%.20q, of %d characters: got %t", image, len(image), got)
		}
	}
}

// TestExactlyFull: the last byte is used.
func TestExactlyFull(t *testing.T) {
	image := func(name string, size int) string { return name + strings.Repeat("a", size-len(name)) }
	const one = 1024 + keyLength + 1 // with its key and the end of a line
	var many []string
	for i := range MostBytes / one {
		many = append(many, image(fmt.Sprintf("a%d/", i), 1024))
	}
	rest := MostBytes - len(many)*one - keyLength - 1
	for size, leftOut := range map[int]int{rest: 0, rest + 1: 1} {
		got := Next(Evidence{Entered: append(slices.Clone(many), image("z/", size)), Now: now})
		if got.LeftOut != leftOut {
			t.Errorf("with %d more: %d left out, want %d", size, got.LeftOut, leftOut)
		}
	}
}

// TestFull: what is on a full ledger stays, and what does not fit is counted.
func TestFull(t *testing.T) {
	var many []string
	for i := range 10000 {
		many = append(many, fmt.Sprintf("registry.example.com/team/service-%05d@sha256:%064x", i, i))
	}
	full := Next(Evidence{Entered: many, Now: now})
	if full.LeftOut == 0 || full.LeftOut+len(full.Images) != len(many) {
		t.Fatalf("%d images, %d left out", len(full.Images), full.LeftOut)
	}
	size := 0
	for key, lines := range Data(full.Images) {
		size += len(key) + len(lines)
	}
	if size > MostBytes {
		t.Errorf("%d bytes", size)
	}
	t.Logf("a full ledger: %d images, %d bytes", len(full.Images), size)
	next := Next(Evidence{Listed: full.Images, Live: full.Images, Entered: []string{"a/first:1"}, Now: now})
	if next.LeftOut != 0 && slices.Contains(next.Images, "a/first:1") {
		t.Errorf("left out, and listed")
	}
	for _, image := range full.Images {
		if !slices.Contains(next.Images, image) {
			t.Fatalf("%s gave way to another", image)
		}
	}
}

var validKey = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,253}$`)

// TestData: what is listed is read back, is found, and nothing else is; every key is one.
func TestData(t *testing.T) {
	pool := []string{
		app, other, "nginx", "nginx:1.29", "nginx_1.29", "docker.io/library/nginx:1.29", "localhost:5000/a/b:v1", "a/b_c:1",
		"[::1]:5000/x:1", "[fd00::1]/" + strings.Repeat("long/", 30) + "x:1", "X/y@sha256:" + hex, "a", ".", "..", "...a",
		strings.Repeat("a", 1024), strings.Repeat("a", 1025), "", "two\nlines", "a b", "é",
	}
	property := func(picks []uint8) bool {
		var images []string
		for _, pick := range picks {
			if image := pool[int(pick)%len(pool)]; Listable(image) {
				images = append(images, image)
			}
		}
		data := Data(images)
		for key := range data {
			if !validKey.MatchString(key) || key == "." || strings.HasPrefix(key, "..") {
				t.Logf("no key: %q", key)
				return false
			}
		}
		for _, image := range pool[:len(pool)-5] {
			if Lists(data, image) != slices.Contains(images, image) {
				t.Logf("%q is found: %v, of %q", image, Lists(data, image), images)
				return false
			}
		}
		return slices.Equal(Images(data), distinct(images))
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

// TestNothingComesByItself: whatever the evidence, what is listed was listed before or has entered; what has entered,
// and what was listed and is named, is listed.
func TestNothingComesByItself(t *testing.T) {
	names := func(bits uint8) (images []string) {
		for i := range 8 {
			if bits&(1<<i) != 0 {
				images = append(images, fmt.Sprintf("app-%d:1", i))
			}
		}
		return images
	}
	property := func(listed, entered, live, idle uint8, age, grace uint16) bool {
		e := Evidence{
			Listed: names(listed), Entered: names(entered), Live: names(live), Grace: time.Duration(grace), Now: now,
			Idle: map[string]time.Time{},
		}
		for _, image := range names(idle) {
			e.Idle[image] = now.Add(-time.Duration(age))
		}
		got := Next(e)
		for i := range 8 {
			bit := uint8(1 << i)
			has := slices.Contains(got.Images, fmt.Sprintf("app-%d:1", i))
			if has && listed&bit == 0 && entered&bit == 0 {
				return false
			}
			if !has && (entered&bit != 0 || listed&live&bit != 0) {
				return false
			}
		}
		again := e
		again.Listed, again.Idle = got.Images, got.Idle
		return slices.Equal(Next(again).Images, got.Images) && got.LeftOut == 0
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}
