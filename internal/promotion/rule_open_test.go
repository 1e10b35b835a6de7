// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestOpen(t *testing.T) {
	judge(t, map[string]verdict{
		"Person": {
			reason: "an open environment lets changes in at once", want: promotion.RuleOpen,
			given: story(policy("production", open)),
		},
		"Controller": {
			reason: "whoever makes them", want: promotion.RuleOpen,
			given: story(policy("production", open), deployedBy(controller)),
		},
		"Rejected": {
			reason: "nobody is asked, so a Reject is no answer", want: promotion.RuleOpen,
			given: story(policy("production", open), asked(alice), rejected(bob)),
		},
		"Revoked": {
			reason: "a Revoke ends one request", want: promotion.RuleOpen,
			given: story(policy("production", open), asked(alice), revoked(bob)),
		},
	})
}
