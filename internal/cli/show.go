// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const showHelp = `Show one request: who asks, what would change, what was decided, what is missing, and what came of it.

What would change is compared with what runs now, read with your own rights; the most dangerous comes first. Values
that look like credentials are masked, unless they are executed. The order of a list is shown where it does not go
without saying.`

const showExample = `  kubectl countersign show checkout-3f9a1c -n shop-production

  # In a script: wait until nothing is missing
  until kubectl countersign show checkout-3f9a1c --exit-code >/dev/null; do sleep 10; done`

func newShow(a *app) *cobra.Command {
	var exitCode bool
	cmd := &cobra.Command{
		Use:               "show REQUEST",
		Short:             "Show what would change, and what is missing",
		Long:              showHelp,
		Example:           showExample,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeOpenRequests,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := a.show(cmd.Context(), args[0])
			if err == nil && exitCode && !d.settled() {
				err = errMissing
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 3 unless the change may enter or has entered")
	return cmd
}

// dossier is all that is known about one request.
type dossier struct {
	proposal
	decisions []v1alpha1.Approval
	// hidden says why the decisions could not be read; nil where they could.
	hidden error
}

// settled tells whether the change may enter or has entered.
func (d dossier) settled() bool {
	return approved(d.request) || d.request.Status.Entry != nil
}

func (a *app) show(ctx context.Context, name string) (dossier, error) {
	s, err := a.here()
	if err != nil {
		return dossier{}, err
	}
	request, err := s.find(ctx, name)
	if err != nil {
		return dossier{}, err
	}
	d := dossier{}
	if d.proposal, err = s.propose(ctx, request); err != nil {
		return d, err
	}
	d.decisions, d.hidden = s.decisions(ctx, request)
	text, err := renderDossier(d, a.Now())
	if err != nil {
		return d, err
	}
	return d, a.print(text)
}
