// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/limits"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// request checks a new PromotionRequest: that it says who asks, that its digest and images are those of its content,
// that it is for the environment it lies in, and that nobody has asked for the same already.
func (r *Records) request(ctx context.Context, req admission.Request) error {
	request, err := decodeAs[v1alpha1.PromotionRequest](req.Object.Raw)
	if err != nil {
		return err
	}
	if err := r.checkRequester(req, request); err != nil {
		return err
	}
	byOperator := req.UserInfo.Username == r.Operator
	if !byOperator {
		if err := checkOperators(request.Spec); err != nil {
			return err
		}
	}
	if err := checkContent(request); err != nil {
		return err
	}
	c, err := r.Evidence.Case(ctx, req.Namespace, promotion.ChangeOf(*request))
	if err != nil {
		return err
	}
	if request.Spec.Environment != c.Environment.Name {
		return refuse("spec.environment: must be %s, the environment of namespace %s", c.Environment.Name, req.Namespace)
	}
	if request.Spec.Change.Group != v1alpha1.GroupName && c.Environment.Name == v1alpha1.RulesEnvironment {
		return evidence.ErrNoEnvironment
	}
	if err := r.checkConfiguration(ctx, request, c); err != nil {
		return err
	}
	if err := checkSeries(request, c); err != nil || byOperator {
		return err
	}
	if err := checkResolved(request); err != nil {
		return err
	}
	if err := r.checkNumber(ctx, request, c); err != nil || dryRun(req) {
		return err
	}
	r.Audit.Record(openedBy(request))
	return nil
}

func (r *Records) checkRequester(req admission.Request, request *v1alpha1.PromotionRequest) error {
	caller := userReference(req.UserInfo)
	if !sameUser(request.Spec.OpenedBy, caller) {
		return refuse("spec.openedBy: must be the caller, %s", caller.Username)
	}
	if caller.Username != r.Operator && !sameUser(request.Spec.Requester, caller) {
		return refuse("spec.requester: must be the caller, %s: nobody asks in another's name", caller.Username)
	}
	if caller.Username != r.Operator && request.Spec.RequesterEvidence != "" {
		return refuse("spec.requesterEvidence: is for the operator to write; leave it out")
	}
	return nil
}

// sameUser is equality of all that the API server says of a user.
func sameUser(a, b v1alpha1.UserReference) bool {
	return a.Username == b.Username && a.UID == b.UID && slices.Equal(a.Groups, b.Groups)
}

// checkSeries: one open request for one digest, and names without a gap.
func checkSeries(request *v1alpha1.PromotionRequest, c promotion.Case) error {
	if n := len(c.Attempts); n > 0 && !promotion.Ended(c.Attempts[n-1]) {
		return refuse("this very change is asked for already, in request %s", c.Attempts[n-1].Request.Name)
	}
	if name := promotion.NextRequestName(request.Spec.Change, c.Attempts); name != request.Name {
		return refuse("metadata.name: must be %s; leave it out and set metadata.generateName, and it is filled in", name)
	}
	return nil
}

// errUngated refuses a request for a change that needs none.
type errUngated struct {
	environment promotion.Environment
	resource    string
}

func (e errUngated) Error() string {
	return fmt.Sprintf("no policy gates %s in namespace %s of environment %s: the change needs no request", e.resource,
		e.environment.Namespace, e.environment.Name)
}

// openedBy is the event of a request that somebody makes by hand. The gate records its own.
func openedBy(request *v1alpha1.PromotionRequest) audit.Event {
	return audit.Event{
		Type: audit.RequestOpened, Actor: actor(request.Spec.Requester), Environment: string(request.Spec.Environment),
		Namespace: request.Namespace, Object: object(promotion.ChangeOf(*request)),
		Operation: string(request.Spec.Change.Operation), Digest: string(request.Spec.Change.Digest), Request: request.Name,
	}
}

// checkNumber refuses what nobody can decide, and floods.
func (r *Records) checkNumber(ctx context.Context, request *v1alpha1.PromotionRequest, c promotion.Case) error {
	requester := request.Spec.Requester
	if identity.NewDirectory(c.Roles).KindOf(requester.Username) == identity.Controller {
		return refuse("%s is neither a person nor a bot of a PipelineRole, and cannot ask for changes; list it under "+
			"spec.bots of a PipelineRole", requester.Username)
	}
	decision := promotion.Evaluate(c, r.Clock.Now())
	if decision.Rule == promotion.RuleUngated {
		return errUngated{environment: c.Environment, resource: request.Spec.Change.Resource}
	}
	if err := r.checkVersion(request.Spec.Change); err != nil {
		return err
	}
	for _, why := range []string{decision.WhyRejected(), decision.WhyHopeless()} {
		if why != "" {
			return refuse("%s", why)
		}
	}
	why, err := limits.WhyNotMore(ctx, r.Evidence.Cache, c.Identities.Mapping, request.Namespace, requester,
		request.Spec.Change, r.Clock.Now())
	if err != nil {
		return err
	}
	if why != "" {
		return refuse("%s", why)
	}
	return nil
}
