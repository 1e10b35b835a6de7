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
moment, of what the operator opened for changes that it turned away. That a request is part of a release is what it
says of itself: what somebody wrote by hand is left out, and listed, unless --asked-by names them. In a script give
--asked-by in any case: it takes what those asked for, and nothing else.

The request must not be your own, and you must hold a role that a policy of the environment names.`

const approveExample = `  # Look at the change and approve it
  kubectl countersign approve checkout-3f9a1c -n shop-production -m "load test OK"

  # Approve all that waits of one release
  kubectl countersign approve --release argocd/shop -n shop-production

  # Approve what one person asked for of a release
  kubectl countersign approve --release baseline --asked-by alice@example.com -n shop-production`

func newApprove(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionApprove, question: "Approve"}
	var g group
	cmd := &cobra.Command{
		Use:               "approve (REQUEST... | --release NAME)",
		Short:             "Approve changes",
		Long:              approveHelp,
		Example:           approveExample,
		Args:              requestsOr("release"),
		ValidArgsFunction: a.completeOpenRequests,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case g.release != "":
				return d.decideOnRelease(cmd.Context(), g)
			case len(g.askers) > 0:
				return problem{what: "--asked-by only works with --release"}
			}
			return d.decideOn(cmd.Context(), args)
		},
	}
	d.addFlags(cmd)
	cmd.Flags().StringVar(&g.release, "release", "", "approve the requests of this release that wait for approval")
	cmd.Flags().StringArrayVar(&g.askers, "asked-by", nil,
		"with --release: take what this user asked for alone, by hand too; may be repeated")
	cmd.Flags().BoolVar(&d.exitCode, "exit-code", false, "exit with 3 if approvals are still missing")
	return cmd
}
