// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	// ruleBreakGlass : the group that may change the installation may loosen the rules too. It is in the audit trail.
	ruleBreakGlass = "BreakGlass"
	breakGlass     = "countersign:break-glass"
)

// isRule tells a change of a PipelineRole or a PromotionPolicy.
func isRule(req admission.Request) bool {
	gate, _ := workload.Gate(schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource})
	return gate == v1alpha1.GateRules
}

// deletedRule judges the deletion of a rule. Of all else that is done with one it is asked by Records.
func (g *Gate) deletedRule(ctx context.Context, req admission.Request) admission.Response {
	before, err := stored(req)
	if err != nil {
		return g.failed(ctx, req, err)
	}
	response := g.rule(ctx, req)
	if response.Allowed && !dryRun(req) {
		g.Audit.Record(ruleChanged(req, (&unstructured.Unstructured{Object: before}).GetName()))
	}
	return response
}

// rule judges a change of the rules themselves. What tightens them is let in, and so is all where no policy has gate
// Rules. Requests lie in the operator's namespace.
func (g *Gate) rule(ctx context.Context, req admission.Request) admission.Response {
	policies, err := g.Evidence.PoliciesNow(ctx)
	if err != nil {
		return g.failed(ctx, req, err)
	}
	if !slices.ContainsFunc(policies, gatesRules) {
		return admission.Allowed("")
	}
	review, err := g.readRule(ctx, req, policies)
	switch {
	case err != nil:
		return g.failed(ctx, req, err)
	case len(review.change.Looser) == 0:
		return admission.Allowed("")
	case slices.Contains(req.UserInfo.Groups, breakGlass):
		return g.brokeGlass(review)
	}
	outcome, err := g.decide(ctx, review)
	if response, ok := exists(err); ok {
		g.Audit.Record(eventOf(req, audit.VerdictDenied, err.Error()))
		return response
	}
	if err != nil {
		return g.failed(ctx, req, err)
	}
	return g.answer(review, outcome)
}

func gatesRules(policy v1alpha1.PromotionPolicy) bool {
	return promotion.Has(policy, v1alpha1.GateRules)
}

// readRule makes out of an admission review what change of a rule is about to happen, and what it loosens.
func (g *Gate) readRule(
	ctx context.Context, req admission.Request, policies []v1alpha1.PromotionPolicy,
) (review, error) {
	req.Namespace = g.Evidence.Namespace
	r := review{req: req, version: req.Resource.Version, dryRun: dryRun(req)}
	now, before, err := g.objects(ctx, req)
	if err != nil {
		return r, err
	}
	resource := schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource}
	r.change = changeOf(req, now, before)
	if r.change.Object.Name == "" {
		r.unreadable = "its name is to be made by the API server; name it"
	}
	if err := r.take(resource, now, before); err != nil {
		return r, err
	}
	if err := r.compare(resource, now, before); err != nil {
		return r, err
	}
	r.change.Replaces = r.replaces
	if r.settled == "" {
		r.change.Looser, err = g.loosened(ctx, r, now, before, policies)
	}
	return r, err
}

// brokeGlass lets a change in for the group that may change the installation, and writes it down.
func (g *Gate) brokeGlass(review review) admission.Response {
	event := eventOf(review.req, audit.VerdictAllowed, review.change.Looser...)
	event.Rule, event.Digest = ruleBreakGlass, string(review.change.Digest)
	event.Object.Name = review.change.Object.Name
	g.Audit.Record(event)
	return admission.Allowed("").WithWarnings(fmt.Sprintf(
		"countersign: %s is loosened without approval, by group %s; it is on record",
		promotion.Describe(review.change), breakGlass))
}
