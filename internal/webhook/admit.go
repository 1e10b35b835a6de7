// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// errChanged says that somebody else wrote to the same request since it was read.
var errChanged = errors.New("the request was changed at the same moment; try again")

// admit writes into the request that the change is let in, before it is. The write fails if the request has changed
// since it was read, so of two changes that want the same approval one gets it. Where there is no request, as in an
// open environment or on a rollback, one is made as the record.
func (g *Gate) admit(
	ctx context.Context, review review, c promotion.Case, decision promotion.Decision,
) (string, error) {
	request, err := g.requestToUse(ctx, review, c, decision)
	if err != nil {
		return "", err
	}
	request.Status.Admission = &v1alpha1.Admission{
		Time:             metav1.NewTime(g.Clock.Now()),
		Deployer:         review.change.Deployer,
		Rule:             v1alpha1.EntryRule(decision.Rule),
		Unmet:            decision.Unmet(),
		Emergency:        emergencyUse(c, decision),
		ObjectGeneration: review.change.Generation,

		ObjectResourceVersion: review.change.ResourceVersion,
	}
	if err := g.Records.Status().Update(ctx, request); err != nil {
		return "", changed(fmt.Errorf("record the admission in request %s: %w", request.Name, err))
	}
	return request.Name, nil
}

// emergencyUse copies what the entry rests on: the record stays when the emergency goes.
func emergencyUse(c promotion.Case, decision promotion.Decision) *v1alpha1.EmergencyUse {
	for _, emergency := range c.Emergencies {
		if decision.Rule == promotion.RuleEmergency && slices.Contains(decision.Emergencies(), emergency.Name) {
			return &v1alpha1.EmergencyUse{
				Name: emergency.Name, Holder: emergency.Spec.Holder.Username, HolderUID: emergency.Spec.Holder.UID,
				Reason: emergency.Spec.Reason,
			}
		}
	}
	return nil
}

func (g *Gate) requestToUse(
	ctx context.Context, review review, c promotion.Case, decision promotion.Decision,
) (*v1alpha1.PromotionRequest, error) {
	if decision.Request == "" {
		return g.open(ctx, review, c, declared(review))
	}
	latest := c.Attempts[len(c.Attempts)-1].Request
	return latest.DeepCopy(), nil
}

// changed turns the answers of the API server to a lost race into errChanged.
func changed(err error) error {
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err) {
		return errChanged
	}
	return err
}
