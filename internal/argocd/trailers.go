// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import "strings"

// coAuthor is the key of the trailer by which a message names a further author, in lower case.
const coAuthor = "co-authored-by"

// coAuthors that the message of a commit names, in its words. Git takes for trailers what stands in the last paragraph;
// a squash merge leaves those of the commits in between in the middle, so that here every line counts. As with Git, the
// case of the key does not matter, and a line that begins with space goes on with the one before.
func coAuthors(message string) []string {
	var names []string
	open := false
	for line := range strings.Lines(message) {
		key, value, found := strings.Cut(line, ":")
		switch {
		case found && strings.EqualFold(strings.TrimSpace(key), coAuthor):
			names, open = append(names, strings.TrimSpace(value)), true
		case open && strings.TrimSpace(line) != "" && strings.ContainsAny(line[:1], " \t"):
			names[len(names)-1] += " " + strings.TrimSpace(line)
		default:
			open = false
		}
	}
	return names
}
