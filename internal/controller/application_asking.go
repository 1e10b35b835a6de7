// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/argocd/api"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// ask for what of a sync needs approval and has no request. What cannot be asked for does not keep the others from it.
func (r *RestReconciler) ask(ctx context.Context, application *unstructured.Unstructured, rest argocd.Rest) error {
	project, _, err := unstructured.NestedString(application.Object, "spec", "project")
	if err != nil {
		return fmt.Errorf("read the Application: %w", err)
	}
	manifests, err := r.ArgoCD.Manifests(ctx, api.Application{
		Namespace: application.GetNamespace(), Name: application.GetName(), Project: project,
	}, rest.Revisions...)
	if err != nil {
		return err
	}
	targets, err := argocd.Targets(application.Object, manifests)
	if err != nil {
		return err
	}
	asking := asking{RestReconciler: r, first: rest.First, targets: targets}
	failures := make([]error, 0, len(targets))
	for _, target := range targets {
		if err := asking.about(ctx, target); err != nil && !lasting(err) {
			failures = append(failures, fmt.Errorf("%s %s: %w", target.Object.GetKind(), target.Object.GetName(), err))
		}
	}
	return errors.Join(failures...)
}

// lasting : it will be the same the next time. The object is one that nobody can store, or not yet.
func lasting(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsNotFound(err) || meta.IsNoMatchError(err)
}

// asking is for the rest of one sync.
type asking struct {
	*RestReconciler
	// first request of the sync.
	first   v1alpha1.PromotionRequest
	targets []argocd.Target
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
		return err
	}
	return a.forChange(ctx, resource, namespace, would)
}

// leftOut are what Argo CD does not deploy: by its own settings it passes over them.
var leftOut = []schema.GroupResource{{Resource: "endpoints"}, {Group: "discovery.k8s.io", Resource: "endpointslices"}}

// gated is the resource that an object is of, where its content runs, or routes traffic, and can be judged in that
// version; empty otherwise. What of the configuration is in use is known only when it is written.
func (a asking) gated(object *unstructured.Unstructured) (schema.GroupVersionResource, error) {
	kind := object.GroupVersionKind()
	mapping, err := a.Forecast.Client.RESTMapper().RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	resource := mapping.Resource.GroupResource()
	gate, known := workload.Gate(resource)
	if !known || mapping.Scope.Name() != meta.RESTScopeNameNamespace || slices.Contains(leftOut, resource) {
		return schema.GroupVersionResource{}, nil
	}
	switch gate {
	case v1alpha1.GateWorkloads, v1alpha1.GateRouting:
		return mapping.Resource, nil
	case v1alpha1.GateResource:
		preferred, err := a.Kinds.Preferred(resource)
		if err != nil || preferred.Version != kind.Version {
			return schema.GroupVersionResource{}, err
		}
		return mapping.Resource, nil
	case v1alpha1.GateConfiguration, v1alpha1.GateRules:
	}
	return schema.GroupVersionResource{}, nil
}
