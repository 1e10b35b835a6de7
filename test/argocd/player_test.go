// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/test/docs"
)

// player does what a page says, as somebody who reads it from top to bottom: saves its manifests, runs its commands one
// by one, and compares what they say.
type player struct {
	dir string
	env []string
	// named puts what is there in the place of what the page calls by an example's name.
	named *strings.Replacer
	// instead of a command, where it cannot be run here.
	instead map[string]func(context.Context) error
	// said is what the last command said.
	said string
}

func (p *player) play(t *testing.T, blocks ...docs.Block) {
	t.Helper()
	for _, block := range blocks {
		text := p.named.Replace(block.Text)
		switch block.Language {
		case "sh":
			for command := range strings.SplitSeq(strings.ReplaceAll(text, "\\\n", ""), "\n") {
				p.run(t, command)
			}
		case "yaml":
			p.save(t, text)
		case "text":
			docs.Compare(t, p.said, text)
		default:
			t.Fatalf("a block of language %s", block.Language)
		}
	}
}

func (p *player) run(t *testing.T, command string) {
	t.Helper()
	if command == "" {
		return
	}
	t.Log(command)
	if instead := p.instead[command]; instead != nil {
		if err := instead(t.Context()); err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	out, err := cmd.CombinedOutput()
	p.said = string(out)
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// save writes a manifest into the file that its first line names.
func (p *player) save(t *testing.T, text string) {
	t.Helper()
	first, _, _ := strings.Cut(text, "\n")
	name, found := strings.CutPrefix(first, "# ")
	if !found {
		t.Fatalf("a manifest that names no file: %s", first)
	}
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
