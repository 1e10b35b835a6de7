// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Operator can be stopped and started in the story.
type Operator interface {
	Stop(ctx context.Context) error
	Start(ctx context.Context) error
}

// Stage is where the story is played.
type Stage struct {
	// Out is where it is told.
	Out io.Writer
	// Bin has kubectl and the plugin, Kubeconfigs a file for each person, Manifests what is applied.
	Bin, Kubeconfigs, Manifests string
	Operator                    Operator
}

// Play plays the story to its end, or to the first step that does not come out as told.
func Play(ctx context.Context, stage Stage) error {
	p := player{Stage: stage}
	for number, scene := range scenes() {
		p.printf("\n== %d. %s ==\n", number+1, scene.title)
		for _, step := range scene.steps {
			if err := p.step(ctx, step); err != nil {
				return fmt.Errorf("%s: %w", scene.title, err)
			}
		}
	}
	return p.err
}

type player struct {
	Stage
	// request that a message named last.
	request string
	err     error
}

func (p *player) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(p.Out, format, args...); err != nil {
		p.err = err
	}
}

func (p *player) step(ctx context.Context, s step) error {
	if s.say != "" {
		p.printf("\n%s\n", s.say)
	}
	switch s.operator {
	case stopOperator:
		return p.Operator.Stop(ctx)
	case startOperator:
		return p.Operator.Start(ctx)
	case noAction:
	}
	p.printf("\n  %s$ %s\n", s.as, strings.ReplaceAll(s.command, "$REQUEST", p.request))
	output, err := p.run(ctx, s)
	p.printf("%s", indent(output))
	p.remember(output)
	return verdict(s, output, err)
}

func (p *player) run(ctx context.Context, s step) (string, error) {

	command := exec.CommandContext(ctx, "bash", "-o", "pipefail", "-c", s.command)
	command.Dir = p.Manifests
	command.Env = append(os.Environ(), "REQUEST="+p.request,
		"KUBECONFIG="+filepath.Join(p.Kubeconfigs, s.as+".kubeconfig"),
		"PATH="+p.Bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := command.CombinedOutput()
	return string(output), err
}

// named is how a message names the request to approve.
var named = regexp.MustCompile(`kubectl countersign approve (\S+) -n`)

func (p *player) remember(output string) {
	if match := named.FindStringSubmatch(output); match != nil {
		p.request = match[1]
	}
}

// verdict says in what a step came out otherwise than told.
func verdict(s step, output string, err error) error {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("run %q: %w", s.command, err)
	}
	if s.fails != (err != nil) {
		return fmt.Errorf("%q: must fail: %t, but: %w", s.command, s.fails, errors.Join(err, errors.New(output)))
	}
	for _, part := range s.says {
		if !strings.Contains(output, part) {
			return fmt.Errorf("%q must say %q, but says:\n%s", s.command, part, output)
		}
	}
	return nil
}

func indent(output string) string {
	var text strings.Builder
	for line := range strings.Lines(output) {
		text.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
	}
	return text.String()
}
