// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const completionHelp = `Print the script through which kubectl completes the words of this plugin.

kubectl looks for it on the PATH under the name kubectl_complete-countersign.`

const completionExample = `  kubectl countersign completion > ~/.local/bin/kubectl_complete-countersign
  chmod +x ~/.local/bin/kubectl_complete-countersign`

const completionScript = `#!/bin/sh
exec kubectl-countersign __complete "$@"
`

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:     "completion",
		Short:   "Print the script that lets kubectl complete names",
		Long:    completionHelp,
		Example: completionExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), completionScript)
			return err
		},
	}
}

// completeOpenRequests offers the names of the open requests of the namespace.
func (a *app) completeOpenRequests(
	cmd *cobra.Command, _ []string, _ string,
) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.complete(cmd.Context(), func(ctx context.Context, s session) ([]cobra.Completion, error) {
		listed, err := s.listed(ctx, false)
		names := make([]cobra.Completion, 0, len(listed))
		for _, request := range listed {
			names = append(names, describe(request.Name, change(request.Spec.Change), request.Spec.Requester))
		}
		return names, err
	})
}

// completeDecisions offers the names of the decisions that could be withdrawn.
func (a *app) completeDecisions(
	cmd *cobra.Command, _ []string, _ string,
) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.complete(cmd.Context(), func(ctx context.Context, s session) ([]cobra.Completion, error) {
		var list v1alpha1.ApprovalList
		err := s.client.List(ctx, &list, client.InNamespace(s.namespace))
		var names []cobra.Completion
		for _, approval := range list.Items {
			if d := approval.Spec.Decision; d == v1alpha1.DecisionApprove || d == v1alpha1.DecisionReject {
				names = append(names, describe(approval.Name, string(d), approval.Spec.Approver))
			}
		}
		return names, err
	})
}

func describe(name, what string, who v1alpha1.UserReference) cobra.Completion {
	return cobra.CompletionWithDesc(name, fmt.Sprintf("%s, %s", what, safe(who.Username)))
}

func (a *app) complete(
	ctx context.Context, names func(context.Context, session) ([]cobra.Completion, error),
) ([]cobra.Completion, cobra.ShellCompDirective) {
	s, err := a.here()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	completions, err := names(ctx, s)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return completions, cobra.ShellCompDirectiveNoFileComp
}
