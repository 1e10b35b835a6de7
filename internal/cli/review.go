// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const reviewHelp = `Review a change that entered by an emergency: you have looked at it, and it is right after all.

You must have had no part in it, and hold a role that a policy of the environment names for approvals. If it is not
right, revoke it and have it put back.`

const reviewExample = `  kubectl countersign review checkout-3f9a1c -n shop-production -m "reverted in PR 1871"`

func newReview(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionReview, question: "Close the review of"}
	return d.command("review", "Review what entered by an emergency", reviewHelp, reviewExample)
}
