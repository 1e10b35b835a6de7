// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// watchingSince is since when the watch that would show the change has been shown everything; zero where there is none.
func (r *PromotionRequestReconciler) watchingSince(change v1alpha1.Change) time.Time {
	resource := resourceOf(change)
	if gate, _ := workload.Gate(resource); gate == v1alpha1.GateWorkloads {
		return r.watching
	}
	return r.Kinds.of(resource).since
}

// seen is the object of a request as its watch shows it, reduced; nil where there is none, or its name is not known.
func (r *PromotionRequestReconciler) seen(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	if kind := r.Kinds.of(resourceOf(request.Spec.Change)).kind; !kind.Empty() {
		return read(ctx, r.Kinds.Cache, kind, request)
	}
	return r.stored(ctx, r.Client, request)
}

// storedNow reads the object of a request past all caches.
func (r *PromotionRequestReconciler) storedNow(
	ctx context.Context, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	object, err := r.stored(ctx, r.Live, request)
	if object == nil || err != nil {
		return nil, err
	}
	object.SetNamespace(request.Namespace) // which is that of requests about rules, and they have none
	sealed, err := r.Configuration.Seal(ctx, resourceOf(request.Spec.Change), object.Object)
	return &unstructured.Unstructured{Object: sealed}, err
}

// stored reads the object of a request; nil where there is none, its name is not known, or its kind is not installed.
func (r *PromotionRequestReconciler) stored(
	ctx context.Context, reader client.Reader, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	kind, err := r.Kinds.kindOf(resourceOf(request.Spec.Change))
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the kind of %s: %w", request.Spec.Change.Resource, err)
	}
	return read(ctx, reader, kind, request)
}

func resourceOf(change v1alpha1.Change) schema.GroupResource {
	return schema.GroupResource{Group: change.Group, Resource: change.Resource}
}

func read(
	ctx context.Context, reader client.Reader, kind schema.GroupVersionKind, request *v1alpha1.PromotionRequest,
) (*unstructured.Unstructured, error) {
	name := request.Spec.Change.Name
	if name == "" {
		return nil, nil
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kind)
	err := reader.Get(ctx, client.ObjectKey{Namespace: request.Namespace, Name: name}, object)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return object, err
}
