// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const emergencyHelp = `Let a change in at once, on your own word: one request, or for some minutes whatever you change
in the namespace. Approvals, waiting times, closed windows and a freeze do not hold it up; what somebody rejected does.

You must hold a role that the policies of the environment name for emergencies. All of it is on record under your name
with your reason, and each entry opens a review that somebody else must close.`

const emergencyExample = `  # Let one change in
  kubectl countersign emergency checkout-3f9a1c -n shop-production --reason "INC-2291, pool exhausted"

  # Let in what you change in a namespace in the next half hour
  kubectl countersign emergency -n shop-production --for 30m --reason "INC-2291, pool exhausted"`

func newEmergency(a *app) *cobra.Command {
	var reason string
	var lasts time.Duration
	cmd := &cobra.Command{
		Use:               "emergency (REQUEST | --for TIME) --reason TEXT",
		Short:             "Let a change in at once, to be reviewed afterwards",
		Long:              emergencyHelp,
		Example:           emergencyExample,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeOpenRequests,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case reason == "":
				return problem{"an emergency needs a reason: it is on every record of what enters", "give --reason"}
			case (len(args) == 1) == (lasts != 0):
				return problem{"name one request, or give --for", "list the open requests: kubectl countersign requests"}
			}
			return a.emergency(cmd.Context(), args, lasts, reason)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; on every record of what enters (required)")
	cmd.Flags().DurationVar(&lasts, "for", 0, "let in what you change in the namespace for this time, such as 30m")
	return cmd
}

func (a *app) emergency(ctx context.Context, requests []string, lasts time.Duration, reason string) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	emergency := &v1alpha1.Emergency{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, GenerateName: "emergency-"},
		Spec:       v1alpha1.EmergencySpec{Reason: reason, DurationSeconds: seconds(lasts)},
	}
	for _, name := range requests {
		request, err := s.find(ctx, name)
		if err != nil {
			return err
		}
		emergency.Spec.Request = &v1alpha1.RequestReference{
			Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
		}
	}
	if err := s.client.Create(ctx, emergency); err != nil {
		return fmt.Errorf("declare the emergency: %w", err)
	}
	return a.reportEmergency(ctx, s, emergency)
}

// seconds of a duration, as far as a field of the API holds them; what is too long is for the API server to say.
func seconds(d time.Duration) int32 {
	return int32(min(max(d/time.Second, -1), math.MaxInt32))
}

// reportEmergency waits until the operator has seen the emergency, and says what it lets in.
func (a *app) reportEmergency(ctx context.Context, s session, emergency *v1alpha1.Emergency) error {
	err := wait.PollUntilContextTimeout(ctx, glance, patience, true, func(ctx context.Context) (bool, error) {
		err := s.client.Get(ctx, client.ObjectKeyFromObject(emergency), emergency)
		return meta.FindStatusCondition(emergency.Status.Conditions, v1alpha1.ConditionReady) != nil, err
	})
	if err != nil && !wait.Interrupted(err) {
		return fmt.Errorf("%s was declared, but what it has come to cannot be read: %w", emergency.Name, err)
	}
	what := "what you change in " + emergency.Namespace
	if emergency.Spec.Request != nil {
		what = "the change of " + emergency.Spec.Request.Name
	}
	ends := ""
	if emergency.Status.EndTime != nil {
		ends = " until " + emergency.Status.EndTime.UTC().Format(time.RFC3339)
	}
	return a.print(fmt.Sprintf("Emergency %s lets in %s%s. Apply it now.\nEach entry must be reviewed by somebody else: "+
		"kubectl countersign review REQUEST -n %s\nTo end it: kubectl delete emergency %s -n %s\n",
		emergency.Name, what, ends, emergency.Namespace, emergency.Name, emergency.Namespace))
}
