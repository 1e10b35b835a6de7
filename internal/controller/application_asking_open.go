// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"cmp"
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/limits"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// forChange opens a request for a change of an object, where it needs one.
func (a asking) forChange(
	ctx context.Context, object *unstructured.Unstructured, change v1alpha1.Change, common v1alpha1.PromotionRequestSpec,
) error {
	namespace := object.GetNamespace()
	request := v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}, Spec: common}
	request.Spec.OpenedBy, request.Spec.Change = v1alpha1.UserReference{}, change
	c, err := a.Evidence.Case(ctx, namespace, promotion.ChangeOf(request))
	if err != nil {
		return err
	}
	decision := promotion.Evaluate(c, a.Clock.Now())
	if decision.Allowed || decision.Request != "" {
		a.came.waitFor(namespace, decision.Request)
		return nil
	}
	declared, undeclarable := promotion.Authors(object.GetAnnotations())
	if why := whyNoRequest(decision, undeclarable); why != "" {
		a.came.refuse(object, why)
		return nil
	}
	why, err := limits.WhyNotMore(ctx, a.Evidence.Cache, c.Identities.Mapping, namespace, request.Spec.Requester, change,
		a.Clock.Now())
	if err != nil || why != "" {
		a.came.refuse(object, why)
		return err
	}
	if err := a.authors(ctx, &request, declared); err != nil {
		return err
	}
	request.Spec.Environment = c.Environment.Name
	request.Name = promotion.NextRequestName(change, c.Attempts)
	return a.openOne(ctx, &request)
}

// whyNoRequest says why to ask for a change is no help; empty where it is one.
func whyNoRequest(decision promotion.Decision, undeclarable error) string {
	switch {
	case undeclarable != nil:
		return undeclarable.Error()
	case decision.WhyRejected() != "":
		return decision.WhyRejected()
	case !decision.MayRequest():
		return cmp.Or(decision.WhyHopeless(), "it needs "+decision.WaitingFor())
	}
	return ""
}

// authors writes down who wrote the change: the commits are those of the first request, and so are their authors. To
// them come those of what the release was denied of this object before, and those that it declares.
func (a asking) authors(
	ctx context.Context, request *v1alpha1.PromotionRequest, declared []v1alpha1.Author,
) error {
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
	err := a.Client.Create(ctx, request)
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("open a request: %w", err)
	}
	a.came.waitFor(request.Namespace, request.Name)
	if err == nil {
		a.record(request)
	}
	return nil
}

// record that a request was opened.
func (a asking) record(request *v1alpha1.PromotionRequest) {
	change, requester := request.Spec.Change, request.Spec.Requester
	a.Audit.Record(audit.Event{
		Type: audit.RequestOpened, Actor: audit.Actor{Username: requester.Username, UID: requester.UID},
		Environment: string(request.Spec.Environment), Namespace: request.Namespace,
		Object:    audit.Object{Group: change.Group, Resource: change.Resource, Name: change.Name},
		Operation: string(change.Operation), Digest: string(change.Digest), Request: request.Name,
		Reasons: []string{a.why},
	})
}
