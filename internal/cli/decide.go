// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// deciding is one decision about requests, with its flags.
type deciding struct {
	app      *app
	decision v1alpha1.ApprovalDecision
	question string
	comment  string
	yes      bool
	exitCode bool
}

func (d *deciding) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&d.comment, "comment", "m", "", "comment for the record")
	cmd.Flags().BoolVarP(&d.yes, "yes", "y", false, "do not ask; requests have to be named in full")
}

// requestsOr accepts requests, or none where the flag stands for them.
func requestsOr(flag string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if (len(args) > 0) == cmd.Flags().Changed(flag) {
			return problem{"name the requests, or give --" + flag, "list the open ones: kubectl countersign requests"}
		}
		return nil
	}
}

// decideOn decides about the requests of these names.
func (d *deciding) decideOn(ctx context.Context, names []string) error {
	s, err := d.app.here()
	if err != nil {
		return err
	}
	requests := make([]v1alpha1.PromotionRequest, 0, len(names))
	for _, name := range names {
		request, err := d.find(ctx, s, name)
		if err != nil {
			return err
		}
		requests = append(requests, request)
	}
	return d.decide(ctx, s, requests)
}

// find returns the request of that name. Only who confirms what they see may shorten it: somebody could open another
// request whose name begins the same.
func (d *deciding) find(ctx context.Context, s session, name string) (v1alpha1.PromotionRequest, error) {
	request, err := s.find(ctx, name)
	if err == nil && !d.asks() && request.Name != name {
		err = problem{
			fmt.Sprintf("%q is only the beginning of a name, and nobody is asked whether it is the right one", name),
			"name the request in full: " + request.Name,
		}
	}
	return request, err
}

func (d *deciding) decideOnRelease(ctx context.Context, g group) error {
	s, err := d.app.here()
	if err != nil {
		return err
	}
	requests, left, err := s.ofRelease(ctx, g)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		if err := d.app.print(g.leftOut(left) + "\nNext: " + wayIn + "\n\n"); err != nil {
			return err
		}
	}
	return d.decide(ctx, s, requests)
}

func (d *deciding) asks() bool { return d.app.Interactive && !d.yes }

// decide shows the requests, asks, and records the decision about each. One that is refused does not keep the others
// from being decided.
func (d *deciding) decide(ctx context.Context, s session, requests []v1alpha1.PromotionRequest) error {
	if err := d.present(ctx, s, requests); err != nil {
		return err
	}
	if err := d.confirm(ctx, len(requests)); err != nil {
		return err
	}
	var failures []error
	missing := false
	for _, request := range requests {
		after, err := d.app.record(ctx, s, newApproval(request, d.decision, d.comment))
		failures = append(failures, err)
		missing = missing || !approved(after)
	}
	if d.exitCode && missing {
		failures = append(failures, errMissing)
	}
	return errors.Join(failures...)
}
