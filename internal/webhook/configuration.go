// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// refer notes what the object comes to refer to, or who has its token.
func (r *review) refer(resource schema.GroupResource, now, before map[string]any) {
	if r.change.Operation != v1alpha1.OperationApply {
		return
	}
	if _, configures := workload.ReferenceTo(resource, r.req.Name); configures {
		r.change.Users = promotion.Bearers(r.change.Operation, r.change.Object, r.content)
		return
	}
	r.comesToRefer = workload.NewReferences(now, before)
}

// configure reads what the object comes to refer to, where that counts.
func (g *Gate) configure(ctx context.Context, review review, c *promotion.Case) (err error) {
	if len(review.comesToRefer) == 0 || !promotion.CoversConfiguration(*c) {
		return nil
	}
	c.Configuration, err = g.Configuration.States(ctx, c.Environment.Namespace, review.comesToRefer)
	return err
}

// outdated tells whether the open request is for what no longer is.
func outdated(decision promotion.Decision) bool {
	return slices.ContainsFunc(decision.Reasons, func(reason promotion.Reason) bool {
		return reason.Code == promotion.ReasonConfigurationChanged || reason.Code == promotion.ReasonReplacedChanged
	})
}

// endOutdated ends the request, so that another can be opened: it is asked for by number, one after the other.
func (g *Gate) endOutdated(ctx context.Context, c promotion.Case) error {
	request := c.Attempts[len(c.Attempts)-1].Request.DeepCopy()
	why, message := v1alpha1.ReasonConfigurationChanged, "What the change refers to holds something else by now."
	if request.Spec.Change.Group == v1alpha1.GroupName {
		why, message = v1alpha1.ReasonReplacedChanged, "What the change would replace is something else by now."
	}
	conditions.On(&request.Status.Conditions, request.Generation, g.Clock.Now()).Stalled(why, message)
	if err := g.Records.Status().Update(ctx, request); err != nil {
		return changed(fmt.Errorf("end request %s: %w", request.Name, err))
	}
	return errChanged
}

// recorded is the configuration that a request is to record: all that its content refers to, as it is now. None where
// no policy asks for it.
func recorded(
	ctx context.Context, reader configuration.Reader, c promotion.Case, request *v1alpha1.PromotionRequest,
) ([]v1alpha1.Configuration, error) {
	if !promotion.CoversConfiguration(c) {
		return nil, nil
	}
	content, err := decode(request.Spec.Change.Content.Raw)
	if err != nil {
		return nil, refuse("spec.change.content: must be an object: %v", err)
	}
	references := workload.References(content)
	if len(references) > maxConfiguration {
		return nil, refuse("no request can hold the change: it refers to more than %d ConfigMaps and Secrets",
			maxConfiguration)
	}
	states, err := reader.States(ctx, request.Namespace, references)
	if err != nil {
		return nil, err
	}
	var all []v1alpha1.Configuration
	for _, state := range states {
		all = append(all, v1alpha1.Configuration{Kind: state.Kind, Name: state.Name, Digest: state.Digest})
	}
	return all, nil
}
