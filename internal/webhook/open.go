// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"cmp"
	"context"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/limits"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// stand says which request a denied change waits for, and opens one where there is none and one would help.
func (g *Gate) stand(ctx context.Context, review review, result *outcome) error {
	if result.decision.Request != "" {
		latest := result.c.Attempts[len(result.c.Attempts)-1].Request
		result.standing = promotion.Standing{Request: latest.Name, Requester: latest.Spec.Requester.Username}
		return nil
	}
	if !result.decision.MayRequest() || result.decision.WhyRejected() != "" {
		return nil
	}
	why, err := g.whyNotOpen(ctx, review, result.c)
	if err != nil || why != "" {
		result.standing = promotion.Standing{WhyNone: why}
		return err
	}
	wrote := review.wrote()
	if result.c.Sync != nil { // who may approve it depends on whether it is known who wrote it
		result.c.Sync.Authorship = authorship(review.delivery, wrote)
		result.decision = recordable(review, promotion.Evaluate(result.c, g.Clock.Now()))
	}
	request, err := g.open(ctx, review, result.c, wrote)
	if err != nil {
		return err
	}
	result.standing = promotion.Standing{Request: request.Name, Requester: request.Spec.Requester.Username}
	return nil
}

// whyNotOpen says why no request can be opened for the change; empty where one can.
func (g *Gate) whyNotOpen(ctx context.Context, review review, c promotion.Case) (string, error) {
	if why := cmp.Or(whyNoRecord(review), whyNotDeclared(review)); why != "" {
		return why, nil
	}
	requester, _ := promotion.Requester(c)
	return limits.WhyNotMore(ctx, g.Evidence.Cache, c.Identities.Mapping, review.req.Namespace, requester,
		identify(review.change), g.Clock.Now())
}

// whyNotDeclared says why a request cannot name the authors that the object declares; empty where it can.
func whyNotDeclared(review review) string {
	if _, err := promotion.Authors(review.annotations); err != nil {
		return err.Error()
	}
	return ""
}

// open makes a request for the change in the name of whoever asks for it.
func (g *Gate) open(
	ctx context.Context, review review, c promotion.Case, wrote promotion.Authorship,
) (*v1alpha1.PromotionRequest, error) {
	if err := g.whyExists(ctx, review.req, review.change.Object); err != nil {
		return nil, err
	}
	change := identify(review.change)
	change.Version = review.version
	change.Content = apiextensionsv1.JSON{Raw: review.content}
	change.ReplacesDigest = review.replaces
	requester, evidence := promotion.Requester(c)
	request := &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: review.req.Namespace,
			Name:      promotion.NextRequestName(change, c.Attempts),
		},
		Spec: v1alpha1.PromotionRequestSpec{
			Environment:       c.Environment.Name,
			Release:           review.delivery.release,
			Change:            change,
			Requester:         requester,
			RequesterEvidence: evidence,
			Authors:           wrote.Authors,
			Authorship:        authorship(review.delivery, wrote),
		},
	}
	if err := g.Records.Create(ctx, request); err != nil {
		return nil, changed(fmt.Errorf("open a request: %w", err))
	}
	g.Audit.Record(audit.Event{
		Type: audit.RequestOpened, Actor: actor(request.Spec.Requester), Environment: string(c.Environment.Name),
		Namespace: request.Namespace, Object: object(review.change), Operation: string(change.Operation),
		Digest: string(change.Digest), Request: request.Name,
	})
	return request, nil
}

// identify writes what object the change is about, and its digest, as a request does.
func identify(change promotion.Change) v1alpha1.Change {
	return v1alpha1.Change{
		Operation: change.Operation, Group: change.Object.Group, Resource: change.Object.Resource,
		Subresource: promotion.PodSubresource(change), Name: change.Object.Name, GenerateName: change.Object.GenerateName,
		Digest: change.Digest, Images: change.Images,
		Looser: change.Looser,
	}
}
