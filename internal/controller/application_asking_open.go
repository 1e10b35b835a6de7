// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/forecast"
	"github.com/countersign-dev/countersign/internal/limits"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// forChange opens a request for a change, where it needs one.
func (a asking) forChange(
	ctx context.Context, resource schema.GroupVersionResource, namespace string, would forecast.Forecast,
) error {
	change, err := workload.Change(resource, namespace, would.After, would.Before)
	if err != nil || change.Digest == change.ReplacesDigest {
		return err
	}
	request := v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}}
	a.first.Spec.DeepCopyInto(&request.Spec)
	request.Spec.OpenedBy, request.Spec.Change = v1alpha1.UserReference{}, change
	if request.Spec.Authors, err = a.authors(would); err != nil {
		return err
	}
	c, err := a.Evidence.Case(ctx, namespace, promotion.ChangeOf(request))
	if err != nil {
		return err
	}
	request.Spec.Environment = c.Environment.Name
	request.Name = promotion.NextRequestName(change, c.Attempts)
	decision := promotion.Evaluate(c, a.Clock.Now())
	if !decision.MayRequest() || decision.WhyRejected() != "" {
		return nil
	}
	why, err := limits.WhyNotMore(ctx, a.Evidence.Cache, c.Identities.Mapping, namespace, request.Spec.Requester, change)
	if err != nil || why != "" {
		return err
	}
	return a.openOne(ctx, &request)
}

// authors are those of the sync, and those that the object declares.
func (a asking) authors(would forecast.Forecast) ([]v1alpha1.Author, error) {
	declared, err := promotion.Authors((&unstructured.Unstructured{Object: would.After}).GetAnnotations())
	if err != nil {
		return nil, err
	}
	return promotion.JoinAuthors(a.first.Spec.Authors, declared)
}

// openOne opens a request. Somebody may have been quicker.
func (a asking) openOne(ctx context.Context, request *v1alpha1.PromotionRequest) error {
	if err := a.Client.Create(ctx, request); apierrors.IsAlreadyExists(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("open a request: %w", err)
	}
	change, requester := request.Spec.Change, request.Spec.Requester
	a.Audit.Record(audit.Event{
		Type: audit.RequestOpened, Actor: audit.Actor{Username: requester.Username, UID: requester.UID},
		Environment: string(request.Spec.Environment), Namespace: request.Namespace,
		Object:    audit.Object{Group: change.Group, Resource: change.Resource, Name: change.Name},
		Operation: string(change.Operation), Digest: string(change.Digest), Request: request.Name,
		Reasons: []string{"the rest of the sync that request " + a.first.Name + " is of"},
	})
	return nil
}
