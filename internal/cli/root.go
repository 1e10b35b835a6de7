// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"
)

const rootHelp = `See what waits for approval, approve it, and ask for changes.

Nothing enters a protected environment on the word of one person: a change is asked for by one and approved by
another. Everything here is done as you, with your own rights.

Exit codes: 0 done, 1 refused or failed, 3 approvals are still missing (with --exit-code).`

const rootExample = `  # What waits for approval in this namespace
  kubectl countersign requests

  # Look at one change, and approve it
  kubectl countersign show checkout-3f9a1c
  kubectl countersign approve checkout-3f9a1c -m "load test OK"

  # Ask for a change before applying it
  kubectl countersign request -f deploy/ -n shop-production --reason "CHK-123 raise pool size"`

// usage is cobra's own, without the flags that every kubectl command has.
const usage = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalNonPersistentFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}

The flags of kubectl work as they do there: -n, --context, --kubeconfig, --as and the others of "kubectl options".
`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-countersign",
		Short:         "See what waits for approval, approve it, and ask for changes",
		Long:          rootHelp,
		Example:       rootExample,
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl countersign"},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetUsageTemplate(usage)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.ErrOut)
	root.CompletionOptions.DisableDefaultCmd = true
	a.flags.AddFlags(root.PersistentFlags())
	root.AddCommand(newRequests(a), newShow(a), newApprove(a), newReject(a), newRevoke(a), newWithdraw(a), newRequest(a),
		newOverride(a), newEmergency(a), newReview(a), newFreeze(a), newUnfreeze(a), newBreakGlass(a), newBypass(a),
		newReport(a), newBaseline(a), newToken(a), newWhoami(a), newCompletion(), newVersion())
	return root
}
