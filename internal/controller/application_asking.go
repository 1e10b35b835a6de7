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
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/served"
	"github.com/countersign-dev/countersign/internal/workload"
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
	project, _, err := unstructured.NestedString(application.Object, "spec", "project")
	if err != nil {
		return asked{}, fmt.Errorf("read the Application: %w", err)
	}
	manifests, err := r.ArgoCD.Manifests(ctx, api.Application{
		Namespace: application.GetNamespace(), Name: application.GetName(), Project: project,
	}, rest.Revisions...)
	if err != nil {
		return asked{}, err
	}
	targets, err := argocd.Targets(application.Object, manifests)
	if err != nil {
		return asked{}, err
	}
	asking := asking{
		Asker: r, application: application, first: rest.First, targets: targets, why: why, came: &asked{},
	}
	failures := make([]error, 0, len(targets))
	for _, target := range targets {
		err := asking.about(ctx, target)
		if err != nil && !lasting(err) {
			failures = append(failures, fmt.Errorf("%s: %w", kindAndName(target.Object), err))
		}
		asking.came.notTried(target.Object, err)
	}
	return *asking.came, errors.Join(failures...)
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
	// why something is asked for before it is tried, as the audit trail has it.
	why string
	// came of it, so far.
	came *asked
}

// about one object: asks for what would become of it, where that is needed.
func (a asking) about(ctx context.Context, target argocd.Target) error {
	resource, err := a.gated(target.Object)
	if err != nil || resource.Empty() {
		return err
	}
	namespace := target.Object.GetNamespace()
	c, err := a.Evidence.Rules(ctx, namespace)
	if errors.Is(err, evidence.ErrNoEnvironment) || c.Environment.Name == v1alpha1.RulesEnvironment {
		return nil
	}
	if err != nil {
		return err
	}
	c.Change = promotion.Change{Operation: v1alpha1.OperationApply, Object: workload.Identity{
		Group: resource.Group, Resource: resource.Resource, Namespace: namespace, Name: target.Object.GetName(),
	}}
	if promotion.Evaluate(c, a.Clock.Now()).Rule == promotion.RuleUngated {
		return nil
	}
	would, err := a.Forecast.Of(ctx, target)
	if err != nil {
		return err
	}
	if early, err := a.early(ctx, c, would); err != nil || early {
		if early {
			a.came.leave(target.Object, "it refers to a ConfigMap or Secret that the sync writes")
		}
		return err
	}
	return a.forChange(ctx, resource, would, a.common(ctx, target))
}
