// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"os"
	"regexp"
	"testing"

	"github.com/countersign-dev/countersign/hack/repo"
)

// block of a page, in its order.
type block struct {
	// section is the heading that it stands under.
	section string
	// language is sh for commands, yaml for manifests, text for what the commands before it say.
	language string
	text     string
}

var headingOrBlock = regexp.MustCompile("(?ms)^## ([^\n]*)$|^```([a-z]+)\n(.*?)^```$")

// page reads the blocks of a page of the docs.
func page(t *testing.T, name string) (blocks []block) {
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
		blocks = append(blocks, block{section: section, language: found[2], text: found[3]})
	}
	return blocks
}
