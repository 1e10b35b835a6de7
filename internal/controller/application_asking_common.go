// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/identity"
)

// Accounts tells which user names Argo CD comes as when it syncs an Application into a namespace by impersonation.
type Accounts interface {
	Accounts(ctx context.Context, application *unstructured.Unstructured, namespace string) []string
}

// common is what a request for an object of the sync says as the first does. With impersonation a replacement looks as
// an edit in Argo CD does: nobody can be shown to have begun it, so the account asks that it comes as.
func (a asking) common(ctx context.Context, target argocd.Target) v1alpha1.PromotionRequestSpec {
	common := *a.first.Spec.DeepCopy()
	if target.Method != argocd.Replace {
		return common
	}
	if accounts := a.Accounts.Accounts(ctx, a.application, target.Object.GetNamespace()); len(accounts) > 0 {
		common.Requester = v1alpha1.UserReference{
			Username: accounts[0], Groups: identity.ServiceAccountGroups(accounts[0]),
		}
		common.RequesterEvidence = ""
	}
	return common
}
