// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/workload"
)

const scaleSubresource = "scale"

// objects are what would be stored, and what is. For a deletion both are what is stored; for a scale, which carries no
// template, both are the object that is scaled.
func (g *Gate) objects(ctx context.Context, req admission.Request) (now, before map[string]any, err error) {
	if req.SubResource == scaleSubresource {
		now, err = g.scaled(ctx, req)
		return now, now, err
	}
	if len(req.OldObject.Raw) > 0 {
		if before, err = decode(req.OldObject.Raw); err != nil {
			return nil, nil, fmt.Errorf("decode the stored object: %w", err)
		}
	}
	if req.Operation == admissionv1.Delete {
		return before, before, nil
	}
	if now, err = decode(req.Object.Raw); err != nil {
		return nil, nil, fmt.Errorf("decode the object: %w", err)
	}
	return now, before, nil
}

// sealed are the objects of a review as everything else sees them: without a value of a Secret.
func (g *Gate) sealed(ctx context.Context, req admission.Request) (now, before map[string]any, err error) {
	if now, before, err = g.objects(ctx, req); err != nil {
		return nil, nil, err
	}
	resource := schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource}
	if before, err = g.Configuration.Seal(ctx, resource, before); err != nil {
		return nil, nil, err
	}
	now, err = g.Configuration.Seal(ctx, resource, now)
	return now, before, err
}

func (g *Gate) scaled(ctx context.Context, req admission.Request) (map[string]any, error) {
	kind, err := g.parentKind(req)
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(kind)
	if err := g.Live.Get(ctx, client.ObjectKey{Namespace: req.Namespace, Name: req.Name}, object); err != nil {
		return nil, fmt.Errorf("read %s/%s, which is scaled: %w", req.Resource.Resource, req.Name, err)
	}
	return object.Object, nil
}

// parentKind is the kind that a scale subresource belongs to.
func (g *Gate) parentKind(req admission.Request) (schema.GroupVersionKind, error) {
	if workload.Custom(req.Resource.Group) {
		return preferred(g.Kinds, schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource})
	}
	kinds := map[string]string{
		"deployments": "Deployment", "replicasets": "ReplicaSet", "statefulsets": "StatefulSet",
		"replicationcontrollers": "ReplicationController",
	}
	return schema.GroupVersionKind{
		Group: req.Resource.Group, Version: req.Resource.Version, Kind: kinds[req.Resource.Resource],
	}, nil
}

func decode(raw []byte) (map[string]any, error) {
	var object map[string]any
	if err := utiljson.Unmarshal(raw, &object); err != nil {
		return nil, err
	}
	return object, nil
}

func generation(resource schema.GroupResource, object map[string]any) *int64 {
	if object == nil {
		return nil
	}
	stored := unstructured.Unstructured{Object: object}
	return new(workload.Revision(resource, stored.GetGeneration(), stored.GetResourceVersion()))
}
