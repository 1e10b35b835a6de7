// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/argocd/api"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/forecast"
	"github.com/countersign-dev/countersign/internal/served"
)

// Asker asks for what a sync of Argo CD brings, before it does.
type Asker struct {
	// Client opens requests.
	Client   client.Client
	ArgoCD   Renderer
	Forecast forecast.Forecaster
	// Evidence reads cases, requests and approvals live.
	Evidence evidence.Reader
	// Configuration reads what ConfigMaps and Secrets hold.
	Configuration configuration.Reader
	Accounts      Accounts
	// Kinds tells in which version a custom kind is looked at.
	Kinds *served.Kinds
	Audit *audit.Log
	Clock clock.PassiveClock
}

// ask for what of a sync needs approval and has no request. What cannot be asked for does not keep the others from it.
func (r Asker) ask(
	ctx context.Context, application *unstructured.Unstructured, rest argocd.Rest, why string,
) (asked, error) {
	a := asking{Asker: r, application: application, first: rest.First, why: why, came: &asked{}}
	if err := a.render(ctx, rest.Revisions); err != nil {
		return asked{}, err
	}
	failures := make([]error, 0, len(a.targets)+len(a.pruning.Objects))
	for _, target := range a.targets {
		failures = append(failures, a.came.of(target.Object, a.stored(ctx, target)))
	}
	for _, object := range a.pruning.Objects {
		failures = append(failures, a.came.of(object, a.pruned(ctx, object)))
	}
	return *a.came, errors.Join(failures...)
}

// lasting : it will be the same the next time. The object is one that nobody can store, or not yet.
func lasting(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
}

// asking is for the rest of one sync.
type asking struct {
	Asker
	application *unstructured.Unstructured
	// first request of the sync, or what all of them have in common.
	first   v1alpha1.PromotionRequest
	targets []argocd.Target
	pruning argocd.Pruning
	// why something is asked for before it is tried, as the audit trail has it.
	why string
	// came of it, so far.
	came *asked
}

// render what the sync brings, and look what it takes away.
func (a *asking) render(ctx context.Context, revisions []string) error {
	project, _, err := unstructured.NestedString(a.application.Object, "spec", "project")
	if err != nil {
		return fmt.Errorf("read the Application: %w", err)
	}
	manifests, err := a.ArgoCD.Manifests(ctx, api.Application{
		Namespace: a.application.GetNamespace(), Name: a.application.GetName(), Project: project,
	}, revisions...)
	if err != nil {
		return err
	}
	if a.targets, err = argocd.Targets(a.application.Object, manifests); err != nil {
		return err
	}
	a.pruning, err = argocd.PruningOf(a.application.Object, manifests)
	return err
}
