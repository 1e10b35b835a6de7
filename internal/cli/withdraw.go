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

const withdrawHelp = `Take back an approval or a rejection of your own, named as "kubectl countersign show" lists it.

A withdrawn approval counts no more; what has entered by it keeps running.`

const withdrawExample = `  kubectl countersign withdraw checkout-3f9a1c20aa34bb12ccdd34ee56ff7788-d1 -n shop-production`

func newWithdraw(a *app) *cobra.Command {
	var comment string
	cmd := &cobra.Command{
		Use:               "withdraw APPROVAL",
		Short:             "Take back a decision of your own",
		Long:              withdrawHelp,
		Example:           withdrawExample,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeDecisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withdraw(cmd.Context(), args[0], comment)
		},
	}
	cmd.Flags().StringVarP(&comment, "comment", "m", "", "comment for the record")
	return cmd
}

func (a *app) withdraw(ctx context.Context, name, comment string) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	var earlier v1alpha1.Approval
	if err := s.client.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, &earlier); err != nil {
		return fmt.Errorf("read the decision %s: %w", name, err)
	}
	request, err := s.request(ctx, earlier.Spec.Request.Name)
	if err != nil {
		return fmt.Errorf("read the request that %s is about: %w", name, err)
	}
	approval := newApproval(request, v1alpha1.DecisionWithdraw, comment)
	approval.Spec.Withdraws = name
	_, err = a.record(ctx, s, approval)
	return err
}
