// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const rejectHelp = `Reject a change: it cannot enter while the rejection stands, however many approve it.

It stands until you withdraw it.`

const rejectExample = `  kubectl countersign reject checkout-3f9a1c -n shop-production -m "migrate first"`

func newReject(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionReject, question: "Reject"}
	return d.command("reject", "Reject a change until you withdraw it", rejectHelp, rejectExample)
}

const revokeHelp = `Revoke a request for good: its change cannot enter any more, and if it has entered, nobody can
return to it without a new approval. What runs keeps running. A revocation cannot be withdrawn.`

const revokeExample = `  kubectl countersign revoke checkout-3f9a1c -n shop-production -m "CVE-2026-1234 in this image"`

func newRevoke(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionRevoke, question: "Revoke for good"}
	return d.command("revoke", "Revoke a change for good", revokeHelp, revokeExample)
}

// command takes one request and decides about it.
func (d *deciding) command(verb, short, long, example string) *cobra.Command {
	cmd := &cobra.Command{
		Use:               verb + " REQUEST...",
		Short:             short,
		Long:              long,
		Example:           example,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: d.app.completeOpenRequests,
		RunE:              func(cmd *cobra.Command, args []string) error { return d.decideOn(cmd.Context(), args) },
	}
	d.addFlags(cmd)
	return cmd
}
