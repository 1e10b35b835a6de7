// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	// brief is a lifetime that a test lives to see the end of.
	brief = 6 * time.Second
	// long is one in which nothing is due.
	long = time.Hour
)

// TestRotationFailsNoCall lets certificates of both replicas be replaced many times, authorities included.
func TestRotationFailsNoCall(t *testing.T) {
	i := startInstallation(t, brief)
	i.whileCalling(t, func() { i.awaitRotation(t, 8, 3) })
}

// TestLeaderLost lets another replica go on where the leader stopped.
func TestLeaderLost(t *testing.T) {
	i := startInstallation(t, brief)
	i.whileCalling(t, func() {
		i.replicas[0].stop()
		i.awaitRotation(t, 4, 2)
	})
}

// awaitRotation waits until both webhooks have been called with so many certificates, of so many authorities.
func (i *installation) awaitRotation(t *testing.T, wantLeaves, wantAuthorities int) {
	t.Helper()
	limit := time.Duration(wantLeaves+4*wantAuthorities) * brief
	for _, r := range i.replicas[1:] {
		err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, limit, true,
			func(context.Context) (bool, error) {
				_, leaves, authorities := r.served()
				return leaves >= wantLeaves && authorities >= wantAuthorities, nil
			})
		handshakes, leaves, authorities := r.served()
		t.Logf("%d handshakes with %d certificates of %d authorities", handshakes, leaves, authorities)
		if err != nil {
			t.Errorf("want %d certificates of %d authorities within %s", wantLeaves, wantAuthorities, limit)
		}
	}
}
