// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package configuration

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Reader reads what ConfigMaps and Secrets hold.
type Reader struct {
	// Live reads past all caches.
	Live client.Reader
	// Namespace of the operator, where the key is.
	Namespace string
}

// atOnce is how many objects are read at the same time.
const atOnce = 8

// States are what the references hold now, in their order.
func (r Reader) States(
	ctx context.Context, namespace string, references []workload.Reference,
) ([]promotion.ConfigurationState, error) {
	states := make([]promotion.ConfigurationState, len(references))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, reference := range references {
		group.Go(func() (err error) {
			states[i].Reference = reference
			states[i].Digest, err = r.digest(ctx, namespace, reference)
			return err
		})
	}
	return states, group.Wait()
}

// digest of what an object holds: that of a change that makes it so. Empty where there is none.
func (r Reader) digest(ctx context.Context, namespace string, of workload.Reference) (v1alpha1.Digest, error) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{Version: "v1", Kind: string(of.Kind)})
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: namespace, Name: of.Name}, object)
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s %s: %w", of.Kind, of.Name, err)
	}
	sealed, err := r.Seal(ctx, of.Resource(), object.Object)
	if err != nil {
		return "", err
	}
	content, err := workload.Content(of.Resource(), sealed)
	if err != nil {
		return "", fmt.Errorf("read %s %s: %w", of.Kind, of.Name, err)
	}
	id := workload.Identity{Resource: of.Resource().Resource, Namespace: namespace, Name: of.Name}
	return workload.Digest(v1alpha1.OperationApply, id, content)
}

// Seal puts seals in place of the values of a Secret; any other object stays as it is.
func (r Reader) Seal(
	ctx context.Context, resource schema.GroupResource, object map[string]any,
) (map[string]any, error) {
	if object == nil || resource != (schema.GroupResource{Resource: "secrets"}) {
		return object, nil
	}
	key, err := r.key(ctx)
	if err != nil {
		return nil, err
	}
	return workload.Seal(key, resource, object), nil
}
