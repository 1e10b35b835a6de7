// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"io"
	"sync"
)

// waiting is a stream that stands still while its valve is shut.
type waiting struct {
	io.ReadCloser
	ctx   context.Context
	valve *valve
}

func (w waiting) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if stopped := w.valve.wait(w.ctx); stopped != nil {
		return 0, stopped
	}
	return n, err
}

// valve is open unless somebody shut it.
type valve struct {
	lock   sync.Mutex
	opened chan struct{}
}

func (v *valve) shut() {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.opened = make(chan struct{})
}

func (v *valve) open() {
	v.lock.Lock()
	defer v.lock.Unlock()
	if v.opened != nil {
		close(v.opened)
		v.opened = nil
	}
}

func (v *valve) wait(ctx context.Context) error {
	v.lock.Lock()
	opened := v.opened
	v.lock.Unlock()
	if opened == nil {
		return nil
	}
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
