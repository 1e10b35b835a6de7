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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/forecast"
	"github.com/countersign-dev/countersign/internal/index"
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
	c, err := a.Evidence.Case(ctx, namespace, promotion.ChangeOf(request))
	if err != nil {
		return err
	}
	decision := promotion.Evaluate(c, a.Clock.Now())
	if !decision.MayRequest() || decision.WhyRejected() != "" {
		return nil
	}
	why, err := limits.WhyNotMore(ctx, a.Evidence.Cache, c.Identities.Mapping, namespace, request.Spec.Requester, change)
	if err != nil || why != "" {
		return err
	}
	if err := a.authors(ctx, &request, (&unstructured.Unstructured{Object: would.After}).GetAnnotations()); err != nil {
		return err
	}
	request.Spec.Environment = c.Environment.Name
	request.Name = promotion.NextRequestName(change, c.Attempts)
	return a.openOne(ctx, &request)
}

// authors writes down who wrote the change: the commits are those of the first request, and so are their authors. To
// them come those of what the release was denied of this object before, and those that it declares.
func (a asking) authors(
	ctx context.Context, request *v1alpha1.PromotionRequest, annotations map[string]string,
) error {
	declared, err := promotion.Authors(annotations)
	if err != nil {
		return err
	}
	var earlier v1alpha1.PromotionRequestList
	if err := a.Evidence.Cache.List(ctx, &earlier, client.InNamespace(request.Namespace),
		client.MatchingFields{index.RequestByObject: index.ObjectKey(request.Spec.Change)}); err != nil {
		return fmt.Errorf("list what was asked for before: %w", err)
	}
	wrote := promotion.Authorship{
		Authors: request.Spec.Authors, Complete: request.Spec.Authorship == v1alpha1.AuthorshipCommits,
	}.And(promotion.Pending(earlier.Items, *request.Spec.Release, request.Spec.Change.ReplacesDigest)).
		And(promotion.Authorship{Authors: declared, Complete: true})
	request.Spec.Authors, request.Spec.Authorship = wrote.Authors, v1alpha1.AuthorshipDeclared
	if wrote.Complete {
		request.Spec.Authorship = v1alpha1.AuthorshipCommits
	}
	return nil
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
