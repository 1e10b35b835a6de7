// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package docs reads the pages of the documentation, for tests that do what they say.
package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Block of a page, in its order.
type Block struct {
	// Section is the heading that it stands under.
	Section string
	// Language is sh for commands, yaml for manifests, text for what the commands before it say.
	Language string
	Text     string
}

// A block in a list is indented.
var headingOrBlock = regexp.MustCompile("(?ms)^## ([^\n]*)$|^ *```([a-z]+)\n(.*?)^ *```$")

// Page reads the blocks of a page.
func Page(t *testing.T, name string) (blocks []Block) {
	t.Helper()
	file, err := repo.Path("docs", name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	section := ""
	for _, found := range headingOrBlock.FindAllStringSubmatch(string(text), -1) {
		if found[1] != "" {
			section = found[1]
			continue
		}
		blocks = append(blocks, Block{Section: section, Language: found[2], Text: found[3]})
	}
	return blocks
}

// Find is the first block of a page that is in a language and has a text.
func Find(t *testing.T, page, language, has string) Block {
	t.Helper()
	for _, block := range Page(t, page) {
		if block.Language == language && strings.Contains(block.Text, has) {
			return block
		}
	}
	t.Fatalf("docs/%s has no %s with %q", page, language, has)
	return Block{}
}
