// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/breakglass"
)

const breakGlassHelp = `Take one namespace out of the gate, for when Countersign is down and a change cannot wait.

From then on the API server asks nobody about what is changed there. It is on record who did it and why, and Countersign
writes it down, and what came in meanwhile, as soon as it runs. It closes the gate when the time is over; as long as it
is down the gap stays, so end it when you are done. While Countersign runs, an emergency is the better way: each change
is on record, and reviewed.

You must act in the group countersign:break-glass.`

const breakGlassExample = `  kubectl countersign break-glass shop-production --reason "INC-2291, operator is down" \
    --as=$USER --as-group=countersign:break-glass
  kubectl countersign break-glass shop-production --end --as=$USER --as-group=countersign:break-glass`

// breaking is what the flags say.
type breaking struct {
	*app
	reason string
	lasts  time.Duration
	end    bool
}

func newBreakGlass(a *app) *cobra.Command {
	b := &breaking{app: a}
	cmd := &cobra.Command{
		Use:     "break-glass NAMESPACE (--reason TEXT | --end)",
		Short:   "Take a namespace out of the gate while Countersign is down",
		Long:    breakGlassHelp,
		Example: breakGlassExample,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return b.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&b.reason, "reason", "", "why; it is on record (required, save with --end)")
	cmd.Flags().DurationVar(&b.lasts, "for", time.Hour, "have Countersign close the gate after this time; at most 4h")
	cmd.Flags().BoolVar(&b.end, "end", false, "close the gate again")
	cmd.MarkFlagsMutuallyExclusive("end", "reason")
	cmd.MarkFlagsMutuallyExclusive("end", "for")
	return cmd
}

func (b *breaking) run(ctx context.Context, name string) error {
	switch {
	case b.reason == "" && !b.end:
		return problem{"to break the glass needs a reason: it is on record", "give --reason"}
	case b.lasts < time.Second || b.lasts > breakglass.Most:
		return problem{fmt.Sprintf("a gap lasts for at most %d hours", int(breakglass.Most.Hours())), "give --for"}
	}
	s, err := b.here()
	if err != nil {
		return err
	}
	var ns corev1.Namespace
	if err := s.client.Get(ctx, client.ObjectKey{Name: name}, &ns); err != nil {
		return fmt.Errorf("read namespace %s: %w", name, err)
	}
	var self authenticationv1.SelfSubjectReview
	if err := s.client.Create(ctx, &self); err != nil {
		return fmt.Errorf("ask who you are: %w", err)
	}
	gap, _ := breakglass.Of(&ns)
	switch {
	case b.end && !gap.Open:
		return problem{"namespace " + safe(name) + " is not taken out of the gate", ""}
	case b.end:
		return b.close(ctx, s, &ns, self.Status.UserInfo.Username)
	case gap.Open:
		return problem{"namespace " + safe(name) + " is out of the gate already, " + safe(gap.String()),
			"to have it for longer, end it first: kubectl countersign break-glass " + safe(name) + " --end"}
	}
	return b.open(ctx, s, &ns, self.Status.UserInfo.Username)
}

func (b *breaking) open(ctx context.Context, s session, ns *corev1.Namespace, by string) error {
	now := b.Now()
	change, err := breakglass.Opening(ns, by, b.reason, now, b.lasts)
	if err != nil {
		return err
	}
	if err := s.client.Patch(ctx, ns, client.RawPatch(types.MergePatchType, change)); err != nil {
		return fmt.Errorf("take %s out of the gate: %w", ns.Name, err)
	}
	return b.print(fmt.Sprintf("Namespace %[1]s is out of the gate: within seconds, whatever is applied there enters "+
		"unasked.\nIt is on record that you opened it, %[2]s. Countersign, once it runs, writes down what came in, and "+
		"closes the gate at %[3]s.\nAs long as it is down the gap stays. When you are done: "+
		"kubectl countersign break-glass %[1]s --end\n",
		ns.Name, safe(by), now.Add(b.lasts).UTC().Format(time.RFC3339)))
}

func (b *breaking) close(ctx context.Context, s session, ns *corev1.Namespace, by string) error {
	change, err := breakglass.Ending(ns, by, b.Now())
	if err != nil {
		return err
	}
	if err := s.client.Patch(ctx, ns, client.RawPatch(types.MergePatchType, change)); err != nil {
		return fmt.Errorf("put %s back behind the gate: %w", ns.Name, err)
	}
	return b.print("Namespace " + ns.Name + " is behind the gate again. Countersign writes down what came in, once it " +
		"runs.\n")
}
