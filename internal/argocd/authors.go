// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"
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

// Authors of a commit, as Argo CD reports it: of its header, of the trailers Co-authored-by of its message, and of the
// commits that a program made it of. Each is named by the e-mail address; a display name is nobody's. One that the
// hydrator of Argo CD made must name somebody beside its own author, which is the hydrator.
//
// An error says why there may be others, or why nobody can believe it: nobody is to be taken for no author then. Those
// that are named are authors all the same.
func Authors(metadata Metadata, commits Commits, hydrated bool) ([]v1alpha1.Author, error) {
	unsigned := whyUnsigned(metadata.Integrity)
	found := named{evidence: v1alpha1.AuthorSignedCommit}
	if unsigned != nil {
		found.evidence = v1alpha1.AuthorCommit
	}
	found.add("its author", metadata.Author)
	for _, name := range coAuthors(metadata.Message) {
		found.add("a co-author", name)
	}
	for _, reference := range metadata.References {
		if reference.Commit == nil {
			continue
		}
		found.add("the author of the commit that it was made of", reference.Commit.Author)
		for _, name := range coAuthors(reference.Commit.Body) {
			found.add("a co-author of the commit that it was made of", name)
		}
	}
	if hydrated && len(found.authors) < 2 {
		found.miss("the hydrator made it, and does not say who wrote what it is made of")
	}
	if commits == CommitsAll {
		unsigned = nil
	}
	return found.authors, errors.Join(append(found.missing, unsigned)...)
}

// named are those who were found, and what is missing of others.
type named struct {
	evidence v1alpha1.AuthorEvidence
	authors  []v1alpha1.Author
	missing  []error
}

func (n *named) add(who, text string) {
	name, isAddress := addressIn(text)
	if !isAddress {
		n.miss("%s is named by no e-mail address: %q", who, clip(text))
	}
	n.list(who, name)
}

// list who is known by a name; nobody by none.
func (n *named) list(who, name string) {
	author := v1alpha1.Author{Name: name, Evidence: n.evidence}
	switch {
	case name == "" || slices.Contains(n.authors, author):
	case utf8.RuneCountInString(name) > maxAuthor:
		n.miss("%s is named in more than %d characters: %q", who, maxAuthor, clip(name))
	case len(n.authors) == maxAuthors:
		n.miss("there are more than %d of them", maxAuthors)
	default:
		n.authors = append(n.authors, author)
	}
}

// miss somebody. Of many who are missing a few are enough to say so.
func (n *named) miss(format string, args ...any) {
	const enough = 4
	if len(n.missing) < enough {
		n.missing = append(n.missing, fmt.Errorf(format, args...))
	}
}

// addressIn what Git says of a person: Alice <alice@example.com>. What has no address is returned as it is.
func addressIn(text string) (string, bool) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	inside, found := strings.CutSuffix(text, ">")
	start := strings.LastIndexByte(inside, '<')
	if !found || start < 0 {
		return text, false
	}
	name := strings.TrimSpace(inside[start+1:])
	local, domain, isAddress := strings.Cut(name, "@")
	switch {
	case isAddress && local != "" && domain != "":
		return name, true
	case isAddress:
		return "", false // <@>: nobody was named
	case name == "":
		return strings.TrimSpace(inside[:start]), false
	}
	return name, false
}

// clip what is quoted in an error.
func clip(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
