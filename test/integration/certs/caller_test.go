// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"sync"
	"testing"
)

// callers is how many calls are always under way.
const callers = 4

// whileCalling does something while calls are made without a pause. None may fail.
func (i *installation) whileCalling(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	var group sync.WaitGroup
	var mu sync.Mutex
	calls, failed := 0, 0
	for range callers {
		group.Go(func() {
			for !closed(done) {
				err := i.call(t.Context())
				mu.Lock()
				calls++
				if err != nil {
					failed++
					t.Errorf("call %d: %v", calls, err)
				}
				mu.Unlock()
			}
		})
	}
	func() {
		defer group.Wait()
		defer close(done)
		do()
	}()
	t.Logf("%d calls, %d failed", calls, failed)
}

func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
