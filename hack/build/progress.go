// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"time"
)

const (
	// quick is what is done too soon to be worth a word.
	quick = 2 * time.Second
	// On a terminal one line is rewritten; elsewhere each is a line more.
	terminalInterval = 200 * time.Millisecond
	logInterval      = 30 * time.Second

	eraseLine = "\r\033[K"
)

// progress shows what goes on and for how long.
type progress struct {
	out      io.Writer
	terminal bool
	label    string
	// usual is how long it takes the first time.
	usual time.Duration
}

// while shows progress until work is done.
func (p progress) while(work func() error) error {
	began := time.Now()
	done := make(chan error, 1)
	go func() { done <- work() }()
	ticker := time.NewTicker(p.interval())
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.tick(time.Since(began))
		case err := <-done:
			p.end(time.Since(began), err)
			return err
		}
	}
}

func (p progress) interval() time.Duration {
	if p.terminal {
		return terminalInterval
	}
	return logInterval
}

func (p progress) tick(elapsed time.Duration) {
	line := fmt.Sprintf("%s: building for %s", p.label, elapsed.Round(time.Second))
	if p.usual > 0 {
		line += fmt.Sprintf(" (the first time takes about %s)", minutes(p.usual))
	}
	if p.terminal {
		fmt.Fprint(p.out, eraseLine, line)
		return
	}
	fmt.Fprintln(p.out, line)
}

func (p progress) end(elapsed time.Duration, err error) {
	if p.terminal {
		fmt.Fprint(p.out, eraseLine)
	}
	if err == nil && elapsed >= quick {
		fmt.Fprintf(p.out, "%s: built in %s\n", p.label, elapsed.Round(time.Second))
	}
}
