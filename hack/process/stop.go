// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// killPatience is how long a killed process may take to be gone.
const killPatience = 10 * time.Second

// Stop ends the process, politely where there is a grace period, and returns when it is gone.
func (p *Process) Stop(ctx context.Context, grace time.Duration) error {
	if grace > 0 {
		if err := p.signal(syscall.SIGTERM); err != nil {
			return fmt.Errorf("stop %s: %w", p.Name, err)
		}
	}
	if grace == 0 || p.gone(ctx, grace) != nil {
		if err := p.kill(ctx); err != nil {
			return fmt.Errorf("kill %s: %w", p.Name, err)
		}
	}
	return ignoreMissing(os.Remove(pidPath(p.dir, p.Name)))
}

// kill ends the process even where the caller gave up waiting: a process left behind helps nobody.
func (p *Process) kill(ctx context.Context) error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	return p.gone(context.WithoutCancel(ctx), killPatience)
}

// gone waits until the process has ended.
func (p *Process) gone(ctx context.Context, patience time.Duration) error {
	return wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, patience, true,
		func(context.Context) (bool, error) { return !p.Running(), nil })
}

// StopAll stops what runs under these names from a directory, one after the other. Names that do not run are passed
// over.
func StopAll(ctx context.Context, dir string, grace time.Duration, names ...string) error {
	failures := make([]error, 0, len(names))
	for _, name := range names {
		p, err := Find(dir, name)
		if err == nil {
			err = p.Stop(ctx, grace)
		}
		failures = append(failures, ignoreMissing(err))
	}
	return errors.Join(failures...)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
