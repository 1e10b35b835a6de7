// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

const baselineHelp = `Put on record what runs in a namespace already, and entered before there was a policy. Nothing
is changed:
for each workload without a record a request is opened for exactly what it runs, and once somebody else has approved it,
it is on record, and can be returned to like anything that entered.

What a controller made from another object needs no record of its own, and neither do single Pods and Jobs.`

const baselineExample = `  kubectl countersign baseline -n shop-production --reason "taken over from the old cluster"

  # Then somebody else
  kubectl countersign approve --release baseline --asked-by alice@example.com -n shop-production`

// baselineRelease groups the requests of a baseline, so that one command approves them.
const baselineRelease = "baseline"

func newBaseline(a *app) *cobra.Command {
	p := purpose{release: baselineRelease, source: cliSource, baseline: true}
	cmd := &cobra.Command{
		Use:     "baseline",
		Short:   "Put on record what runs already",
		Long:    baselineHelp,
		Example: baselineExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.baseline(cmd.Context(), p) },
	}
	cmd.Flags().StringVar(&p.reason, "reason", "", "reason, for the approvers")
	return cmd
}

func (a *app) baseline(ctx context.Context, p purpose) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	found, err := s.unrecorded(ctx)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return a.print(fmt.Sprintf("All that runs in namespace %s is on record.\n", s.namespace))
	}
	answers, err := s.askForAll(ctx, found, p)
	return errors.Join(err, a.print(renderAnswers(answers, p.release)))
}

// unrecorded are the workloads of the namespace that no record says of how they entered, as forecasts of what they are.
func (s session) unrecorded(ctx context.Context) ([]forecast, error) {
	recorded := map[v1alpha1.Digest]bool{}
	err := s.each(ctx, func(request v1alpha1.PromotionRequest) {
		if entry := request.Status.Entry; entry != nil && entry.EndTime == nil {
			recorded[request.Spec.Change.Digest] = true
		}
	})
	if err != nil {
		return nil, err
	}
	var found []forecast
	for _, resource := range workload.Resources(v1alpha1.GateWorkloads) {
		if slices.Contains(madeOnce, resource.Resource) {
			continue
		}
		all, err := s.standing(ctx, resource)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			change, err := one.change()
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", one.resource.Resource, one.name, err)
			}
			if !recorded[change.Digest] {
				found = append(found, one)
			}
		}
	}
	return found, nil
}

// madeOnce are the resources whose objects nobody goes back to: each is gone when it is done.
var madeOnce = []string{"pods", "jobs", "controllerrevisions"}

// standing are the objects of a resource that no controller made from others, before and after nothing is changed.
func (s session) standing(ctx context.Context, resource schema.GroupResource) ([]forecast, error) {
	kind, err := s.client.RESTMapper().KindFor(resource.WithVersion("v1"))
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", resource, err)
	}
	var objects unstructured.UnstructuredList
	objects.SetGroupVersionKind(kind)
	if err := s.client.List(ctx, &objects, client.InNamespace(s.namespace)); err != nil {
		return nil, fmt.Errorf("list %s: %w", resource.Resource, err)
	}
	var all []forecast
	for i := range objects.Items {
		object := &objects.Items[i]
		if metav1.GetControllerOf(object) != nil || object.GetDeletionTimestamp() != nil {
			continue
		}
		object.SetGenerateName("")
		all = append(all, forecast{
			resource: resource.WithVersion("v1"), namespace: object.GetNamespace(), name: object.GetName(),
			before: object.Object, after: object.Object,
		})
	}
	return all, nil
}
