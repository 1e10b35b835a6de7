// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestAuthors(t *testing.T) {
	many := strings.Repeat("x,", 40)
	for i := range 65 {
		many += fmt.Sprintf("a%d@example.com,", i)
	}
	for name, test := range map[string]struct {
		reason     string
		annotation string
		others     []string
		want       []string
		refused    bool
	}{
		"None": {reason: "nobody is named"},
		"One":  {reason: "one author", annotation: "bob@example.com", want: []string{bob}},
		"Several": {
			reason: "with spaces, and commas too many", annotation: " bob@example.com, ,carol@example.com,",
			want: []string{bob, carol},
		},
		"Twice": {reason: "once is enough", annotation: bob + "," + bob, others: []string{bob}, want: []string{bob}},
		"Beside": {
			reason: "those named beside come first", annotation: bob, others: []string{carol},
			want: []string{carol, bob},
		},
		"Directory": {
			reason: "a comma in a name makes two, of which one is the author", annotation: "Builder, Bob <bob@example.com>",
			want: []string{"Builder", "Bob <bob@example.com>"},
		},
		"Most":     {reason: "as many as fit", annotation: many[80 : len(many)-len("a64@example.com,")], want: nil},
		"TooMany":  {reason: "one left out could approve", annotation: many, refused: true},
		"TooLong":  {reason: "no login is that long", annotation: strings.Repeat("é", 513), refused: true},
		"NotUTF8":  {reason: "what cannot be stored", annotation: "bob\xff@example.com", want: []string{bob}},
		"Controls": {reason: "as it is written", annotation: "bob\x1b@example.com", want: []string{"bob\x1b@example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := promotion.Authors(map[string]string{v1alpha1.AuthorsAnnotation: test.annotation}, test.others...)
			if (err != nil) != test.refused {
				t.Fatalf("%s: %v", test.reason, err)
			}
			var names []string
			for _, author := range got {
				names = append(names, author.Name)
			}
			if name == "Most" {
				if len(names) != 64 {
					t.Errorf("%s: %d", test.reason, len(names))
				}
				return
			}
			if diff := cmp.Diff(test.want, names); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

// TestLongestAuthor : as long as a request has room for.
func TestLongestAuthor(t *testing.T) {
	longest := strings.Repeat("ü", 512)
	if authors, err := promotion.Authors(nil, longest); err != nil || len(authors) != 1 {
		t.Errorf("%d authors, %v", len(authors), err)
	}
	if _, err := promotion.Authors(nil, longest+"x"); err == nil {
		t.Error("one that is longer is cut or left out")
	}
}

// TestAuthorsAreNeverEasier : whoever is named as an author of whatever request, nothing enters by it.
func TestAuthorsAreNeverEasier(t *testing.T) {
	always(t, func(t *testing.T, a author, c promotion.Case) {
		for i := range c.Attempts {
			name := a.anybody().Username
			named := c
			named.Attempts = slices.Clone(c.Attempts)
			request := &named.Attempts[i].Request
			request.Spec.Authors = append(slices.Clone(request.Spec.Authors), v1alpha1.Author{Name: name})
			if easier(c, named, noon) {
				t.Errorf("with author %s it enters", name)
			}
		}
	})
}
