// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/metrics"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// answer turns a decision into a response and an audit event.
func (g *Gate) answer(review review, o outcome) admission.Response {
	event := decisionEvent(review, o)
	response := respond(review, o)
	response.AuditAnnotations = map[string]string{
		"verdict": event.Verdict, "rule": event.Rule, "digest": event.Digest, "request": event.Request,
	}
	g.Audit.Record(event)
	if !review.dryRun {
		metrics.Decided(event.Environment, event.Verdict, event.Rule)
	}
	return response
}

func respond(review review, o outcome) admission.Response {
	if unsaid := promotion.Unsaid(o.c); review.dryRun && unsaid != nil {
		return admission.Allowed("").WithWarnings(unsaid...)
	}
	switch {
	case o.decision.Allowed:
		return admission.Allowed("").WithWarnings(slices.Concat(
			promotion.NotEnforced(o.c, o.decision), promotion.EmergencyNotice(o.c, o.decision, o.request))...)
	case review.dryRun:
		return admission.Allowed("").WithWarnings(promotion.Warning(o.c, o.decision)...)
	default:
		return admission.Denied(promotion.Denial(o.c, o.decision, o.standing))
	}
}

// settled answers where there is nothing to decide.
func (g *Gate) settled(review review) admission.Response {
	return g.answer(review, outcome{decision: promotion.Decision{Allowed: true, Rule: review.settled}})
}

// failed answers where no decision could be made: closed, and saying that it is no verdict.
func (g *Gate) failed(ctx context.Context, req admission.Request, err error) admission.Response {
	logf.FromContext(ctx).Error(err, "Could not decide", "resource", req.Resource.Resource,
		"namespace", req.Namespace, "name", req.Name, "operation", req.Operation)
	g.Audit.Record(eventOf(req, audit.VerdictError, err.Error()))
	metrics.Decided("", audit.VerdictError, "")
	return admission.Errored(http.StatusServiceUnavailable, fmt.Errorf(
		"%s/%s: Countersign could not decide, and lets nothing in that it has not decided about. "+
			"This is an error and no verdict; try again. Cause: %w", req.Resource.Resource, req.Name, err))
}

// eventOf a review that was answered without a decision about its content.
func eventOf(req admission.Request, verdict string, reasons ...string) audit.Event {
	resource := req.Resource.Resource
	if req.SubResource != "" {
		resource += "/" + req.SubResource
	}
	return audit.Event{
		Type: audit.Decision, Verdict: verdict, Actor: actor(userReference(req.UserInfo)), Namespace: req.Namespace,
		Object: audit.Object{Group: req.Resource.Group, Resource: resource, Name: req.Name}, Reasons: reasons,
		Operation: string(req.Operation), DryRun: dryRun(req), AdmissionUID: string(req.UID),
	}
}

func decisionEvent(review review, o outcome) audit.Event {
	event := audit.Event{
		Type: audit.Decision, Verdict: verdict(review, o.decision), Rule: string(o.decision.Rule),
		Actor: actor(review.change.Deployer), Environment: string(o.c.Environment.Name),
		Namespace: review.req.Namespace, Object: object(review.change), Operation: string(review.req.Operation),
		Digest: string(review.change.Digest), Request: o.request, DryRun: review.dryRun,
		AdmissionUID: string(review.req.UID),
	}
	for _, reason := range append(o.decision.Reasons, o.decision.Unenforced...) {
		event.Reasons = append(event.Reasons, string(reason.Code)+": "+reason.Detail)
	}
	for _, policy := range o.decision.Policies {
		event.Policies = append(event.Policies, policy.Policy)
	}
	return event
}

func verdict(review review, decision promotion.Decision) string {
	switch {
	case decision.Allowed:
		return audit.VerdictAllowed
	case review.dryRun:
		return audit.VerdictWarned
	default:
		return audit.VerdictDenied
	}
}

func actor(user v1alpha1.UserReference) audit.Actor {
	return audit.Actor{Username: user.Username, UID: user.UID}
}

func object(change promotion.Change) audit.Object {
	resource := change.Object.Resource
	if change.Subresource != "" {
		resource += "/" + change.Subresource
	}
	return audit.Object{
		Group: change.Object.Group, Resource: resource, Name: change.Object.Name + change.Object.GenerateName,
	}
}
