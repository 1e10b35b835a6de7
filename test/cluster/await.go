// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	// patience is how long a test waits for what must come about.
	patience = time.Minute
	// interval is how often it looks.
	interval = 50 * time.Millisecond
)

// Eventually waits until the condition holds. The condition says what it still waits for; empty is done.
func Eventually(t *testing.T, condition func(ctx context.Context) string) {
	t.Helper()
	waiting := "nothing yet"
	err := wait.PollUntilContextTimeout(t.Context(), interval, patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // what it says in the end is only that time is up
			waiting = now
		}
		return now == "", nil
	})
	if err != nil {
		t.Fatalf("waited %s for: %s", patience, waiting)
	}
}
