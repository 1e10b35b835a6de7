// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const requestsHelp = `List the requests that are open: what is asked for, by whom, and what is still missing.

A request is open until its change has entered, or it was revoked or superseded, or has lapsed.`

const requestsExample = `  # Open requests in this namespace
  kubectl countersign requests

  # In all namespaces
  kubectl countersign requests -A

  # The history: everything that was ever asked for
  kubectl countersign requests -n shop-production --all`

func newRequests(a *app) *cobra.Command {
	var everywhere, all bool
	cmd := &cobra.Command{
		Use:     "requests",
		Short:   "List what waits for approval",
		Long:    requestsHelp,
		Example: requestsExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.hereOr(everywhere)
			if err != nil {
				return err
			}
			return a.listRequests(cmd.Context(), s, all)
		},
	}
	cmd.Flags().BoolVarP(&everywhere, "all-namespaces", "A", false, "list the requests of all namespaces")
	cmd.Flags().BoolVar(&all, "all", false, "list those that have ended, too")
	return cmd
}

func (a *app) listRequests(ctx context.Context, s session, all bool) error {
	listed, err := s.listed(ctx, all)
	if err != nil {
		return err
	}
	if len(listed) == 0 {
		_, err = fmt.Fprintln(a.ErrOut, noRequests(s.namespace, all))
		return err
	}
	return a.print(renderRequests(listed, s.namespace, a.Now()))
}

// listed returns requests by namespace, newest first, without their content.
func (s session) listed(ctx context.Context, all bool) ([]v1alpha1.PromotionRequest, error) {
	var listed []v1alpha1.PromotionRequest
	err := s.each(ctx, func(request v1alpha1.PromotionRequest) {
		if all || !ended(request) {
			request.Spec.Change.Content = apiextensionsv1.JSON{}
			listed = append(listed, request)
		}
	})
	slices.SortFunc(listed, func(a, b v1alpha1.PromotionRequest) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace),
			b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return listed, err
}
