// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"slices"
	"sync"
	"testing"
)

// callers is how many calls are always under way.
const callers = 4

// whileCalling does something while calls are made without a pause. None may fail, and nobody may be said to have
// changed what API servers trust.
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
	if changed := i.changed(); len(changed) > 0 {
		t.Errorf("the operator takes what it does itself for somebody else's: %v", changed)
	}
}

// changed is what the replicas have written down that somebody else has changed, sorted.
func (i *installation) changed() []string {
	var all []string
	for _, r := range i.replicas {
		r.mu.Lock()
		all = append(all, r.changed...)
		r.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
