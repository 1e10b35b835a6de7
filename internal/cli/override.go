// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const overrideHelp = `Let a change in although the windows of a policy are closed. It is no approval: what else is
missing still is. You must hold a role that the policy names for it, the change must not be your own, and you have to
say why.`

const overrideExample = `  kubectl countersign override checkout-3f9a1c -n shop-production -m "CVE-2026-1234"`

func newOverride(a *app) *cobra.Command {
	d := &deciding{app: a, decision: v1alpha1.DecisionOverride, question: "Override closed windows for"}
	cmd := d.command("override", "Let a change in although windows are closed", overrideHelp, overrideExample)
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if d.comment == "" {
			return problem{"an override needs a reason: it is on record", "give --comment"}
		}
		return run(cmd, args)
	}
	return cmd
}
