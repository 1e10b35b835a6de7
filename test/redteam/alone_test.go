// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"testing"
)

// TestAlone makes the attacks that others would not bear: on clocks, caches, records, and on all of it. They are made
// one after the other, in their order, on a control plane of their own.
func TestAlone(t *testing.T) {
	t.Parallel()
	lonely := &site{operated: true, between: &middleman{}}
	t.Cleanup(func() {
		if err := lonely.stop(context.WithoutCancel(t.Context()), !t.Failed()); err != nil {
			t.Error(err)
		}
	})
	if err := lonely.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, a := range family.attacks {
			if family.alone && a.nodeTest == "" {
				t.Run(a.me(), func(t *testing.T) { newScene(t, lonely, a).play(t.Context()) })
			}
		}
	}
}
