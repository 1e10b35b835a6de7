// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import "testing"

// TestApproved : what is approved runs, and nothing else does. Where the other image ran after all, it would be heard.
func TestApproved(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "approved")
	e.deploy(t, e.deployment(t, "shop", here.reviewed, "approved"))
	hears(t, reviewed, "approved")
	c := here.As(t, alice, e.developers())
	refused(t, c.Update(t.Context(), e.deployment(t, "shop", here.other, "changed")), "approval")
	e.restart(t, "shop")
	if heard(other, "changed") {
		t.Error("what nobody approved ran")
	}
	e.approve(t, "shop")
	if err := c.Update(t.Context(), e.deployment(t, "shop", here.other, "changed")); err != nil {
		t.Fatal(err)
	}
	hears(t, other, "changed")
}
