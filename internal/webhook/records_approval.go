// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// approval checks a new Approval: that it says who decides, that the request is the one that was looked at, that the
// approver may decide about it, and that the decisions of a request are numbered without a gap.
func (r *Records) approval(ctx context.Context, req admission.Request) error {
	approval, err := decodeAs[v1alpha1.Approval](req.Object.Raw)
	if err != nil {
		return err
	}
	if caller := userReference(req.UserInfo); !sameUser(approval.Spec.Approver, caller) {
		return refuse("spec.approver: must be the caller, %s", caller.Username)
	}
	c, attempt, err := r.attempt(ctx, approval)
	if err != nil {
		return err
	}
	if why := promotion.MayDecide(c, attempt, *approval, r.Clock.Now()); why != "" {
		return refuse("this %s of %s cannot count: %s", approval.Spec.Decision, approval.Spec.Request.Name, why)
	}
	if why := whyNotAgain(c.Identities.Mapping, promotion.Records(c, attempt, r.Clock.Now()), *approval); why != "" {
		return refuse("%s", why)
	}
	if name := promotion.ApprovalName(attempt.Request.Name, len(attempt.Decisions)+1); approval.Name != name {
		return refuse("metadata.name: must be %s, the next decision about the request; leave it out and set "+
			"metadata.generateName, and it is filled in", name)
	}
	return nil
}

// attempt reads the request that the approval is about, live, with all decisions about it.
func (r *Records) attempt(
	ctx context.Context, approval *v1alpha1.Approval,
) (promotion.Case, promotion.Attempt, error) {
	request := &v1alpha1.PromotionRequest{}
	key := client.ObjectKey{Namespace: approval.Namespace, Name: approval.Spec.Request.Name}
	if err := r.Evidence.Records.Get(ctx, key, request); apierrors.IsNotFound(err) {
		return promotion.Case{}, promotion.Attempt{}, refuse("spec.request.name: there is no request %s in namespace %s",
			key.Name, key.Namespace)
	} else if err != nil {
		return promotion.Case{}, promotion.Attempt{}, fmt.Errorf("read request %s: %w", key.Name, err)
	}
	c, err := r.Evidence.Case(ctx, approval.Namespace, promotion.ChangeOf(*request))
	if err != nil {
		return promotion.Case{}, promotion.Attempt{}, err
	}
	for _, attempt := range c.Attempts {
		if attempt.Request.Name == request.Name {
			return c, attempt, nil
		}
	}
	return promotion.Case{}, promotion.Attempt{}, refuse(
		"spec.request.name: request %s is too old to decide about",
		key.Name,
	)
}
