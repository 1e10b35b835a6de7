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
	"github.com/countersign-dev/countersign/internal/promotion"
)

// standing says which request a denied change waits for, and opens one where there is none and one would help.
func (g *Gate) standing(
	ctx context.Context, review review, c promotion.Case, decision promotion.Decision,
) (promotion.Standing, error) {
	if decision.Request != "" {
		latest := c.Attempts[len(c.Attempts)-1].Request
		return promotion.Standing{Request: latest.Name, Requester: latest.Spec.Requester.Username}, nil
	}
	if !decision.MayRequest() || rejection(decision) != "" {
		return promotion.Standing{}, nil
	}
	why, err := g.whyNotOpen(ctx, review, c)
	if err != nil || why != "" {
		return promotion.Standing{WhyNone: why}, err
	}
	request, err := g.open(ctx, review, c)
	if err != nil {
		return promotion.Standing{}, err
	}
	return promotion.Standing{Request: request.Name, Requester: request.Spec.Requester.Username}, nil
}

// rejection says who rejects the change; empty where nobody does. Until they take it back, another request is no help.
func rejection(decision promotion.Decision) string {
	for _, reason := range decision.Reasons {
		if reason.Code == promotion.ReasonRejected {
			return reason.Detail
		}
	}
	return ""
}

// whyNotOpen says why no request can be opened for the change; empty where one can.
func (g *Gate) whyNotOpen(ctx context.Context, review review, c promotion.Case) (string, error) {
	if why := cmp.Or(whyNoRecord(review), whyNotDeclared(review)); why != "" {
		return why, nil
	}
	requester, _ := promotion.Requester(c)
	return whyNotMore(ctx, g.Evidence.Cache, c.Identities.Mapping, review.req.Namespace, requester,
		identify(review.change))
}

// whyNotDeclared says why a request cannot name the authors that the object declares; empty where it can.
func whyNotDeclared(review review) string {
	if _, err := promotion.Authors(review.annotations); err != nil {
		return err.Error()
	}
	return ""
}

// open makes a request for the change in the name of whoever asks for it.
func (g *Gate) open(ctx context.Context, review review, c promotion.Case) (*v1alpha1.PromotionRequest, error) {
	if err := g.whyExists(ctx, review); err != nil {
		return nil, err
	}
	change := identify(review.change)
	change.Version = review.version
	change.Content = apiextensionsv1.JSON{Raw: review.content}
	change.ReplacesDigest = review.replaces
	authors, err := promotion.Authors(review.annotations)
	if err != nil {
		authors = nil // of a record: what is to be approved does not come here (see whyNotOpen)
	}
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
			Authors:           authors,
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
