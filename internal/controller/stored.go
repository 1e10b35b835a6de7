// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Keys of a reduced object, beside its metadata.
const (
	appliedKey = "appliedDigest"
	deletedKey = "deletedDigest"
)

// Reduce keeps of a watched workload who it is and the digests of what it runs, so that the cache holds no content.
// It is a cache transform.
func Reduce(resource schema.GroupResource) toolscache.TransformFunc {
	return func(watched any) (any, error) {
		object, ok := watched.(*unstructured.Unstructured)
		if !ok {
			return watched, nil
		}
		if _, reduced := object.Object[appliedKey]; reduced {
			return object, nil
		}
		return reduce(resource, object)
	}
}

func reduce(resource schema.GroupResource, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	applied, deleted, err := digests(resource, object)
	if err != nil {
		return nil, err
	}
	kept := &unstructured.Unstructured{Object: map[string]any{
		appliedKey: string(applied), deletedKey: string(deleted),
	}}
	kept.SetGroupVersionKind(object.GroupVersionKind())
	kept.SetNamespace(object.GetNamespace())
	kept.SetName(object.GetName())
	kept.SetGenerateName(object.GetGenerateName())
	kept.SetUID(object.GetUID())
	kept.SetResourceVersion(object.GetResourceVersion())
	kept.SetGeneration(object.GetGeneration())
	kept.SetDeletionTimestamp(object.GetDeletionTimestamp())
	return kept, nil
}

// digests of the object as a change that brought it in, and as one that takes it away.
func digests(resource schema.GroupResource, object *unstructured.Unstructured) (applied, deleted v1alpha1.Digest, err error) {
	content, err := workload.Content(resource, object.Object)
	if err != nil {
		return "", "", fmt.Errorf("read %s %s/%s: %w", resource, object.GetNamespace(), object.GetName(), err)
	}
	id := workload.IdentityOf(resource, object.GetNamespace(), object.Object)
	if applied, err = workload.Digest(v1alpha1.OperationApply, id, content); err != nil {
		return "", "", fmt.Errorf("digest %s %s/%s: %w", resource, object.GetNamespace(), object.GetName(), err)
	}
	deleted, err = workload.Digest(v1alpha1.OperationDelete, id, content)
	return applied, deleted, err
}
