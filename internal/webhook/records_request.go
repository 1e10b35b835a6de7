// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/limits"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
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

// checkOperators refuses what only the operator can write down, or know.
func checkOperators(spec v1alpha1.PromotionRequestSpec) error {
	if what := askedByTrying(spec.Change); what != "" {
		return refuse("spec.change: %s is asked for by trying it; what is turned away is asked for", what)
	}
	if spec.Change.Subresource != "" {
		return refuse("spec.change.subresource: a change through pods/%s is asked for by trying it; what is turned away is "+
			"asked for", spec.Change.Subresource)
	}
	if len(spec.Change.Looser) > 0 {
		return refuse("spec.change.looser: is for the operator to write; leave it out")
	}
	if what := knownFromGit(spec); what != "" {
		return refuse("%s: is for the operator to write, which asks Argo CD; leave it out, or declare authors", what)
	}
	return nil
}

// askedByTrying says what of a change only the operator can write down; empty where anybody can.
func askedByTrying(change v1alpha1.Change) string {
	switch {
	case change.Operation == v1alpha1.OperationConnect:
		return "a session"
	case change.Operation == v1alpha1.OperationOrder:
		return "an order"
	case change.Group == v1alpha1.GroupName:
		return "a change of a rule"
	case change.Group == "" && change.Resource == "secrets":
		return "a Secret, of which nobody but the operator can write down what may be seen,"
	}
	return ""
}

// knownFromGit is the field that says of authors what only the operator has asked about; empty where none does.
func knownFromGit(spec v1alpha1.PromotionRequestSpec) string {
	for i, author := range spec.Authors {
		if author.Evidence != v1alpha1.AuthorDeclared {
			return fmt.Sprintf("spec.authors[%d].evidence", i)
		}
	}
	if spec.Authorship != "" {
		return "spec.authorship"
	}
	return ""
}

// checkConfiguration recomputes what the request says of the ConfigMaps and Secrets that it refers to.
func (r *Records) checkConfiguration(
	ctx context.Context, request *v1alpha1.PromotionRequest, c promotion.Case,
) error {
	now, err := recorded(ctx, r.Configuration, c, request)
	if err != nil || slices.Equal(now, request.Spec.Change.Configuration) {
		return err
	}
	return refuse("spec.change.configuration: must be what the ConfigMaps and Secrets hold that the content refers to; " +
		"leave it out, it is filled in")
}

// checkResolved refuses to ask for what refers to something that is not there.
func checkResolved(request *v1alpha1.PromotionRequest) error {
	content, err := decode(request.Spec.Change.Content.Raw)
	if err != nil {
		return refuse("spec.change.content: must be an object: %v", err)
	}
	for _, reference := range workload.References(content) {
		if missing := (v1alpha1.Configuration{Kind: reference.Kind, Name: reference.Name}); !reference.Optional &&
			slices.Contains(request.Spec.Change.Configuration, missing) {
			return refuse("it refers to %s %s, which does not exist: nobody can approve what it will hold. Create it first; "+
				"as long as nothing uses it, that needs no approval", reference.Kind, reference.Name)
		}
	}
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

// checkContent recomputes what the request says of its content.
func checkContent(request *v1alpha1.PromotionRequest) error {
	change := request.Spec.Change
	resource := schema.GroupResource{Group: change.Group, Resource: change.Resource}
	sessions := change.Operation == v1alpha1.OperationConnect
	if !sessions && !workload.Gated(resource) {
		return refuse("spec.change.resource: %s is not gated, and needs no request", resource)
	}
	if !sessions && !workload.Versioned(resource, change.Version) {
		return refuse("spec.change.version: %s is not what the content of %s is written in", change.Version, resource)
	}
	if size := len(change.Content.Raw); size > v1alpha1.MaxContentBytes {
		return refuse("spec.change.content: must not be larger than %d KiB, has %d", v1alpha1.MaxContentBytes>>10, size>>10)
	}
	content, err := decode(change.Content.Raw)
	if err != nil {
		return refuse("spec.change.content: must be an object: %v", err)
	}
	digest, err := workload.Digest(change.Operation, promotion.ChangeOf(*request).Object, content)
	if err != nil {
		return fmt.Errorf("recompute the digest: %w", err)
	}
	if digest != change.Digest {
		return refuse("spec.change.digest: must be %s, the digest of the content and the object's identity", digest)
	}
	if images := workload.ImagesOf(resource, content); !slices.Equal(images, change.Images) {
		return refuse("spec.change.images: must be %v, the images of the content", images)
	}
	if at := workload.Garbled(content); at != "" && change.Operation != v1alpha1.OperationDelete {
		return refuse("spec.change.content: %s holds U+FFFD, which stands for any bytes that are no text", at)
	}
	return nil
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
