// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// The exit codes.
const (
	exitOK      = 0
	exitError   = 1
	exitMissing = 3
)

// errMissing ends a command with exitMissing: it did what it was asked to, and approvals are still missing.
var errMissing = errors.New("something is still missing")

// Environment is what the plugin runs in.
type Environment struct {
	genericiooptions.IOStreams
	// Interactive tells whether somebody can answer a question on In.
	Interactive bool
	// Now is the clock.
	Now func() time.Time
}

// Run runs one command line and returns its exit code.
func Run(ctx context.Context, args []string, env Environment) int {
	root := newRoot(newApp(env))
	root.SetArgs(args)
	return report(root.ExecuteContext(ctx), env.ErrOut)
}

// print writes what a command has to say.
func (a *app) print(text string) error {
	if _, err := io.WriteString(a.Out, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// report prints what went wrong and turns it into an exit code. Failures weigh more than missing approvals.
func report(err error, errOut io.Writer) int {
	if err == nil {
		return exitOK
	}
	code := exitMissing
	for _, failure := range failures(err) {
		if !errors.Is(failure, errMissing) {
			// There is nobody left to tell that this could not be printed; the exit code still does.
			_, _ = fmt.Fprintln(errOut, explain(failure))
			code = exitError
		}
	}
	return code
}

// failures are the errors that were joined into one.
func failures(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
