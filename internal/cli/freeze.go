// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const freezeHelp = `Stop the line: from now on nothing new enters the environment, whatever has been approved.

What runs keeps running, scales and restarts. An emergency still gets in. Everybody who is turned away reads who froze
the environment, and why.`

const freezeExample = `  kubectl countersign freeze production --reason "INC-2291, database is failing over"
  kubectl countersign freeze production --for 48h --reason "launch weekend"
  kubectl countersign unfreeze production`

func newFreeze(a *app) *cobra.Command {
	freeze := &v1alpha1.Freeze{}
	var lasts time.Duration
	cmd := &cobra.Command{
		Use:     "freeze ENVIRONMENT --reason TEXT",
		Short:   "Let nothing into an environment",
		Long:    freezeHelp,
		Example: freezeExample,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			freeze.Name = args[0]
			if lasts != 0 {
				freeze.Spec.ExpireTime = &metav1.Time{Time: a.Now().Add(lasts)}
			}
			return a.freeze(cmd.Context(), freeze)
		},
	}
	cmd.Flags().StringVar(&freeze.Spec.Reason, "reason", "", "why; everybody who is turned away reads it (required)")
	cmd.Flags().DurationVar(&lasts, "for", 0, "end the freeze by itself after this time, such as 2h")
	return cmd
}

func (a *app) freeze(ctx context.Context, freeze *v1alpha1.Freeze) error {
	if freeze.Spec.Reason == "" {
		return problem{"a freeze needs a reason: whoever is turned away reads it", "give --reason"}
	}
	s, err := a.here()
	if err != nil {
		return err
	}
	err = s.client.Create(ctx, freeze)
	if apierrors.IsAlreadyExists(err) {
		return s.alreadyFrozen(ctx, freeze.Name)
	}
	if err != nil {
		return fmt.Errorf("freeze %s: %w", freeze.Name, err)
	}
	ends := "until somebody unfreezes it"
	if freeze.Spec.ExpireTime != nil {
		ends = "until " + freeze.Spec.ExpireTime.UTC().Format(time.RFC3339)
	}
	return a.print(fmt.Sprintf("Environment %s is frozen %s. To end it: kubectl countersign unfreeze %s\n", freeze.Name,
		ends, freeze.Name))
}

// alreadyFrozen says by whom: two freezes of one environment are one.
func (s session) alreadyFrozen(ctx context.Context, environment string) error {
	var there v1alpha1.Freeze
	if err := s.client.Get(ctx, client.ObjectKey{Name: environment}, &there); err != nil {
		return fmt.Errorf("read the freeze of %s: %w", environment, err)
	}
	return problem{
		fmt.Sprintf("environment %s is frozen already, by %s: %s", safe(environment),
			safe(there.Spec.FrozenBy.Username), safe(there.Spec.Reason)),
		"nothing enters it; to freeze it for another reason, unfreeze it first",
	}
}

func newUnfreeze(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "unfreeze ENVIRONMENT",
		Short:   "End a freeze",
		Long:    "End the freeze of an environment: what its policies let in can enter again.",
		Example: "  kubectl countersign unfreeze production",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.unfreeze(cmd.Context(), args[0]) },
	}
}

func (a *app) unfreeze(ctx context.Context, environment string) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	freeze := &v1alpha1.Freeze{ObjectMeta: metav1.ObjectMeta{Name: environment}}
	err = s.client.Delete(ctx, freeze)
	if apierrors.IsNotFound(err) {
		return problem{"environment " + safe(environment) + " is not frozen", "see: kubectl get freezes"}
	}
	if err != nil {
		return fmt.Errorf("unfreeze %s: %w", environment, err)
	}
	return a.print("Environment " + environment + " is not frozen any more.\n")
}
