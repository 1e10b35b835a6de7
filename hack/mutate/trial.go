// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// trial runs the tests of one package: the quick ones first, then the others with -short, then in full.
type trial struct {
	binary, dir string
	// groups of tests, as patterns, and how long each may take at the most.
	groups []group
}

type group struct {
	tests string
	limit time.Duration
	short bool
	// last: the tests have run with -short already.
	last bool
}

// quick tests run together, before the others.
const quick = 200 * time.Millisecond

var passed = regexp.MustCompile(`(?m)^--- PASS: (\w+) \(([0-9.]+)s\)`)

// newTrial runs the tests once, unbroken, to see how long each takes.
func newTrial(ctx context.Context, root string, p pkg, binary string) (trial, error) {
	t := trial{binary: binary, dir: filepath.Join(root, p.dir)}
	out, err := t.command(ctx, 0, ".", 10*time.Minute, "-test.v").CombinedOutput()
	if err != nil {
		return trial{}, fmt.Errorf("the tests of %s fail unbroken: %w\n%s", p.dir, err, tail(out))
	}
	var fast, slow []string
	var ofFast, ofSlow time.Duration
	for _, found := range passed.FindAllSubmatch(out, -1) {
		took, err := time.ParseDuration(string(found[2]) + "s")
		if err != nil {
			return trial{}, err
		}
		if name := string(found[1]); took <= quick {
			fast, ofFast = append(fast, name), ofFast+took
		} else {
			slow, ofSlow = append(slow, name), ofSlow+took
		}
	}
	for _, g := range []struct {
		names []string
		took  time.Duration
		short bool
		last  bool
	}{{fast, ofFast, false, false}, {slow, ofSlow, true, false}, {slow, ofSlow, false, true}} {
		if len(g.names) > 0 {
			tests := "^(" + strings.Join(g.names, "|") + ")$"
			t.groups = append(t.groups, group{tests, 20*time.Second + 8*g.took, g.short, g.last})
		}
	}
	return t, nil
}

func (t trial) command(ctx context.Context, id int, tests string, limit time.Duration, more ...string) *exec.Cmd {
	args := append([]string{"-test.run", tests, "-test.failfast", "-test.timeout", limit.String()}, more...)
	command := exec.CommandContext(ctx, t.binary, args...)
	command.Dir = t.dir
	command.Env = append(os.Environ(), "MUTANT="+number(id))
	return command
}

// outcome of a mutant.
type outcome string

const (
	killed   outcome = "killed"
	timedOut outcome = "timed out"
	survived outcome = "survived"
)

// of one mutant. What makes a test run on for ever is noticed, too.
func (t trial) of(ctx context.Context, id int) (outcome, error) {
	for _, g := range t.groups {
		out, err := t.command(ctx, id, g.tests, g.limit, "-test.short="+strconv.FormatBool(g.short)).CombinedOutput()
		exit := &exec.ExitError{}
		switch {
		case err == nil:
		case ctx.Err() != nil || !errors.As(err, &exit):
			return "", fmt.Errorf("run mutant %d: %w", id, errors.Join(err, ctx.Err()))
		case bytes.Contains(out, []byte("panic: test timed out")):
			return timedOut, nil
		default:
			return killed, nil
		}
	}
	return survived, nil
}

func tail(out []byte) []byte { return out[max(0, len(out)-2000):] }
