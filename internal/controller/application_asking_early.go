// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/forecast"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// early tells whether it is too early to ask for an object: it comes to refer to a ConfigMap or Secret that the sync is
// still to make what it will be, so that nobody knows yet what the object will run with.
func (a asking) early(ctx context.Context, c promotion.Case, would forecast.Forecast) (bool, error) {
	references := workload.NewReferences(would.After, would.Before)
	if len(references) == 0 || !promotion.CoversConfiguration(c) {
		return false, nil
	}
	states, err := a.Configuration.States(ctx, c.Environment.Namespace, references)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(states, func(state promotion.ConfigurationState) bool {
		return state.Digest == "" && !state.Optional || a.changes(c.Environment.Namespace, state)
	}), nil
}

// changes tells whether the sync writes another content into a ConfigMap or Secret. What it writes into a Secret
// Argo CD does not say.
func (a asking) changes(namespace string, state promotion.ConfigurationState) bool {
	return slices.ContainsFunc(a.targets, func(target argocd.Target) bool {
		object := target.Object
		if object.GroupVersionKind().Group != "" || object.GetKind() != string(state.Kind) ||
			object.GetNamespace() != namespace || object.GetName() != state.Name {
			return false
		}
		content, err := workload.Content(state.Resource(), object.Object)
		if err != nil || state.Kind == v1alpha1.ConfigurationSecret {
			return true
		}
		id := workload.Identity{Resource: state.Resource().Resource, Namespace: namespace, Name: state.Name}
		digest, err := workload.Digest(v1alpha1.OperationApply, id, content)
		return err != nil || digest != state.Digest
	})
}
