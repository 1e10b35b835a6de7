// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const approveHelp = `Approve a change: it may enter once, exactly as it is shown.

Shows what would change first, and asks on a terminal. Without a terminal, or with --yes, it does not ask; then
requests have to be named in full, so that nothing else can be meant. --release takes what the release holds at that
moment.

The request must not be your own, and you must hold a role that a policy of the environment names.`

const approveExample = `  # Look at the change and approve it
  kubectl countersign approve checkout-3f9a1c -n shop-production -m "load test OK"

  # Approve all that waits of one release
  kubectl countersign approve --release argocd/shop -n shop-production`

func newApprove(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionApprove, question: "Approve"}
	var release string
	cmd := &cobra.Command{
		Use:               "approve (REQUEST... | --release NAME)",
		Short:             "Approve changes",
		Long:              approveHelp,
		Example:           approveExample,
		Args:              requestsOr("release"),
		ValidArgsFunction: a.completeOpenRequests,
		RunE: func(cmd *cobra.Command, args []string) error {
			if release != "" {
				return d.decideOnRelease(cmd.Context(), release)
			}
			return d.decideOn(cmd.Context(), args)
		},
	}
	d.addFlags(cmd)
	cmd.Flags().StringVar(&release, "release", "", "approve all requests of this release that wait for approval")
	cmd.Flags().BoolVar(&d.exitCode, "exit-code", false, "exit with 3 if approvals are still missing")
	return cmd
}
