// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// stored asks for what would become of an object that the sync stores, where that is needed.
func (a asking) stored(ctx context.Context, target argocd.Target) error {
	resource, c, err := a.judged(ctx, target.Object, v1alpha1.OperationApply)
	if err != nil || resource.Empty() {
		return err
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
	object := &unstructured.Unstructured{Object: would.After}
	change, err := workload.Change(resource, object.GetNamespace(), would.After, would.Before)
	if err != nil || change.Digest == change.ReplacesDigest {
		return err
	}
	return a.forChange(ctx, object, change, a.common(ctx, target))
}

// judged is the resource that an object is of, and the case that such a change to it is; no resource where no policy of
// its environment gates that.
func (a asking) judged(
	ctx context.Context, object *unstructured.Unstructured, operation v1alpha1.ChangeOperation,
) (resource schema.GroupVersionResource, c promotion.Case, err error) {
	if resource, err = a.gated(object); err != nil || resource.Empty() {
		return resource, c, err
	}
	namespace := object.GetNamespace()
	c, err = a.Evidence.Rules(ctx, namespace)
	if errors.Is(err, evidence.ErrNoEnvironment) || c.Environment.Name == v1alpha1.RulesEnvironment {
		return schema.GroupVersionResource{}, c, nil
	}
	if err != nil {
		return resource, c, err
	}
	c.Change = promotion.Change{Operation: operation, Object: workload.Identity{
		Group: resource.Group, Resource: resource.Resource, Namespace: namespace, Name: object.GetName(),
	}}
	if promotion.Evaluate(c, a.Clock.Now()).Rule == promotion.RuleUngated {
		return schema.GroupVersionResource{}, c, nil
	}
	return resource, c, nil
}
