// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// What a request has room for, as its schema says.
const (
	maxAuthors = 64
	maxAuthor  = 512 // characters
)

// Authors that are declared in an annotation of the object and beside it, each once. An author only ever excludes, so
// anybody may declare one. More than a request has room for is an error: to leave one out would let them approve.
func Authors(annotations map[string]string, others ...string) ([]v1alpha1.Author, error) {
	var authors []v1alpha1.Author
	for _, name := range slices.Concat(others, strings.Split(annotations[v1alpha1.AuthorsAnnotation], ",")) {
		name = strings.ToValidUTF8(strings.TrimSpace(name), "")
		author := v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorDeclared}
		switch {
		case name == "" || slices.Contains(authors, author):
			continue
		case utf8.RuneCountInString(name) > maxAuthor:
			return nil, fmt.Errorf("an author is named in more than %d characters", maxAuthor)
		case len(authors) == maxAuthors:
			return nil, fmt.Errorf("it has more than %d authors (annotation %s)", maxAuthors, v1alpha1.AuthorsAnnotation)
		}
		authors = append(authors, author)
	}
	return authors, nil
}
