// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/argocd"
)

// Forecaster has an API server try.
type Forecaster struct {
	// Client reads live, and writes nothing but dry-runs.
	Client client.Client
}

// Forecast is an object as it is stored, and as it would be.
type Forecast struct {
	// Before is nil where the object would be new, also in the place of one that is deleted before.
	Before map[string]any
	// After is what would be stored.
	After map[string]any
}

// Of a target: what would come of the sync that stores it. An error is the API server's, or says what of the object
// cannot be read.
func (f Forecaster) Of(ctx context.Context, target argocd.Target) (Forecast, error) {
	stored, err := f.Stored(ctx, target.Object)
	if err != nil {
		return Forecast{}, err
	}
	if stored != nil && target.Anew {
		return f.anew(ctx, target)
	}
	after, err := f.try(ctx, target, stored)
	if err != nil {
		return Forecast{}, fmt.Errorf("try: %w", err)
	}
	forecast := Forecast{After: after.Object}
	if stored != nil {
		forecast.Before = stored.Object
	}
	return forecast, nil
}

// Stored is the object of that name now; nil where there is none.
func (f Forecaster) Stored(ctx context.Context, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	stored := &unstructured.Unstructured{}
	stored.SetGroupVersionKind(object.GroupVersionKind())
	err := f.Client.Get(ctx, client.ObjectKeyFromObject(object), stored)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nothing is what is stored
	}
	if err != nil {
		return nil, fmt.Errorf("read what is stored: %w", err)
	}
	return stored, nil
}

// try to store an object as the sync does, in the place of another; nil where there is none.
func (f Forecaster) try(
	ctx context.Context, target argocd.Target, stored *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	object := target.Object.DeepCopy()
	switch {
	case target.Method == argocd.ServerSideApply:
		return f.serverSide(ctx, object)
	case target.Method == argocd.Replace && stored == nil:
		return object, f.Client.Create(ctx, object, manager, client.DryRunAll)
	case target.Method == argocd.Replace:
		object.SetResourceVersion(stored.GetResourceVersion())
		return object, f.Client.Update(ctx, object, manager, client.DryRunAll)
	case stored == nil:
		object, err := noted(object)
		if err != nil {
			return nil, err
		}
		return object, f.Client.Create(ctx, object, manager, client.DryRunAll)
	}
	return f.patch(ctx, object, stored)
}

// manager is who would own the fields.
const manager = client.FieldOwner(argocd.FieldManager)

func (f Forecaster) serverSide(
	ctx context.Context, object *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	content, err := object.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return object, f.Client.Patch(ctx, object, client.RawPatch(types.ApplyPatchType, content), manager,
		client.ForceOwnership, client.DryRunAll)
}

func (f Forecaster) patch(
	ctx context.Context, object, stored *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	patchType, patch, err := threeWay(f.Client.Scheme(), object, stored)
	if err != nil {
		return nil, err
	}
	if patch == nil {
		return stored, nil
	}
	after := stored.DeepCopy()
	return after, f.Client.Patch(ctx, after, client.RawPatch(patchType, patch), manager, client.DryRunAll)
}
