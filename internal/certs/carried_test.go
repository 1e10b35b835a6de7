// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGaps: what somebody else has API servers trust is on record, and what is rotated is not.
func TestGaps(t *testing.T) {
	changed := []string{
		"countersign-stamp: stamp.countersign.dev.caBundle",
		"countersign-gate: pods.countersign.dev.caBundle, workloads.countersign.dev.caBundle",
	}
	foreign := func(i *installation) []byte { return encode(i.t, freshMaterial(i.t))[bundleKey] }
	for name, tc := range map[string]struct {
		reason string
		happen func(*installation)
		want   []string
	}{
		"Installed": {"nobody was trusted yet", func(*installation) {}, nil},
		"Rotated":   {"the operator itself has it changed", func(i *installation) { i.pass(3 * lifetime) }, nil},
		"RotatedByMany": {"as one leader after the other", func(i *installation) {
			for range 30 {
				i.pass(lifetime / 10)
				i.restart()
			}
		}, nil},
		"Restarted": {"nothing happened", (*installation).restart, nil},
		"Emptied":   {"nobody is trusted", func(i *installation) { i.setBundles(nil) }, changed},
		"Garbage":   {"nor by this", func(i *installation) { i.setBundles([]byte("x")) }, changed},
		"Foreign":   {"somebody else is", func(i *installation) { i.setBundles(foreign(i)) }, changed},
		"ForeignToo": {"besides", func(i *installation) {
			i.setBundles(append(bytes.Clone(i.secret().Data[bundleKey]), foreign(i)...))
		}, changed},
		"ForeignWhileDown": {"before the leader came up", func(i *installation) {
			i.setBundles(foreign(i))
			i.restart()
		}, changed},
		"ExpiredWhileDown": {"that was the operator's, and is of no use to anybody", func(i *installation) {
			i.clock.SetTime(start.Add(10 * lifetime))
			i.restart()
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			i := install(t, installed()...)
			i.reconcile()
			tc.happen(i)
			i.reconcile()
			if diff := cmp.Diff(tc.want, i.gaps.begun); diff != "" {
				t.Errorf("%s: -want, +on record:\n%s", tc.reason, diff)
			}
			if len(i.gaps.ended) != len(i.gaps.begun) {
				t.Errorf("%s: begun %v, ended %v", tc.reason, i.gaps.begun, i.gaps.ended)
			}
		})
	}
}
