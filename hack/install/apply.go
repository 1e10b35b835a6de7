// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

const (
	fieldManager = "countersign-installer"
	// applyAtOnce is how many objects are applied at the same time.
	applyAtOnce = 8
)

// Apply applies objects on the server's side: namespaces and CRDs first, then what may need them.
func Apply(ctx context.Context, config *rest.Config, objects ...*unstructured.Unstructured) error {
	applier, err := newApplier(config)
	if err != nil {
		return err
	}
	first, others := split(objects)
	if err := applier.applyAll(ctx, first); err != nil {
		return err
	}
	if err := applier.awaitEstablished(ctx, first); err != nil {
		return err
	}
	return applier.applyAll(ctx, others)
}

// split puts what others need apart.
func split(objects []*unstructured.Unstructured) (first, others []*unstructured.Unstructured) {
	for _, object := range objects {
		switch object.GetKind() {
		case "Namespace", crdKind:
			first = append(first, object)
		default:
			others = append(others, object)
		}
	}
	return first, others
}

type applier struct {
	client dynamic.Interface
	mapper meta.ResettableRESTMapper
}

func newApplier(config *rest.Config) (*applier, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	discoverer, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discoverer))
	return &applier{client: client, mapper: mapper}, nil
}

func (a *applier) applyAll(ctx context.Context, objects []*unstructured.Unstructured) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(applyAtOnce)
	for _, object := range objects {
		group.Go(func() error { return a.apply(ctx, object) })
	}
	return group.Wait()
}

func (a *applier) apply(ctx context.Context, object *unstructured.Unstructured) error {
	resource, err := a.resource(object)
	if err != nil {
		return err
	}
	options := metav1.ApplyOptions{FieldManager: fieldManager, Force: true}
	if _, err := resource.Apply(ctx, object.GetName(), object, options); err != nil {
		return fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}

func (a *applier) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := a.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("find the resource of %s %s: %w", kind.Kind, object.GetName(), err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return a.client.Resource(mapping.Resource), nil
	}
	return a.client.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}
