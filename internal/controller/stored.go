// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Keys of a reduced object, beside its metadata. Each holds a list, as an object whose name the API server made has two
// identities.
const (
	// appliedKey has the digests of the changes that could have brought the object in.
	appliedKey = "appliedDigests"
	// deletedKey has the digests of the changes that could take it away.
	deletedKey = "deletedDigests"
	// availableKey tells whether the object runs what its spec says (see workload.Available), and sinceKey since when.
	availableKey = "available"
	sinceKey     = "availableSince"
	// executionKey has what the Pods of the object are to execute or, of a Pod, what it has executed.
	executionKey = "execution"
	// countedKey has of how many Pods the status speaks that says that the object is available.
	countedKey = "counted"
	// phaseKey has the phase of a Pod.
	phaseKey = "phase"
	// controllerKey has the UID of the object's controller.
	controllerKey = index.ControlledBy
	// imagesKey has the images that the object names.
	imagesKey = "images"
	// ownedKey tells whether the object says that another controls it. Its metadata say which.
	ownedKey = index.Owned
	// idleKey tells whether the object runs nothing (see workload.Idle).
	idleKey = "idle"
	// configurationKey has the ConfigMaps and Secrets that the object uses.
	configurationKey = index.Configuration
	// objectKey has the object as requests name it (see index.ObjectKey).
	objectKey = "objects"
)

// Reduce keeps of a watched object who it is and the digests of its content, so that the cache holds no content. Its
// generation is its revision (see workload.Revision). It is a cache transform.
func Reduce(resource schema.GroupResource) toolscache.TransformFunc {
	return func(watched any) (any, error) {
		object, ok := watched.(*unstructured.Unstructured)
		if !ok {
			return watched, nil
		}
		if _, reduced := object.Object[appliedKey]; reduced {
			return object, nil
		}
		return reduce(resource, object), nil
	}
}

// reduce never fails: an object that cannot be read runs nothing that was let in, and must not keep others from being
// watched.
func reduce(resource schema.GroupResource, object *unstructured.Unstructured) *unstructured.Unstructured {
	kept := &unstructured.Unstructured{Object: map[string]any{
		appliedKey: digests(v1alpha1.OperationApply, resource, object),
		deletedKey: digests(v1alpha1.OperationDelete, resource, object),
		objectKey:  objectKeys(resource, object),
		imagesKey:  images(resource, object),
	}}
	if available, since := workload.Available(resource, object.Object); available {
		kept.Object[availableKey] = true
		if !since.IsZero() {
			kept.Object[sinceKey] = since.UTC().Format(time.RFC3339)
		}
	}
	if workload.Idle(resource, object.Object) {
		kept.Object[idleKey] = true
	}
	keepExecution(kept, resource, object)
	if uses := workload.InUse(resource, object.Object); len(uses) > 0 {
		kept.Object[configurationKey] = keysOf(uses)
	}
	kept.SetGroupVersionKind(object.GroupVersionKind())
	kept.SetNamespace(object.GetNamespace())
	kept.SetName(object.GetName())
	kept.SetUID(object.GetUID())
	kept.SetResourceVersion(object.GetResourceVersion())
	kept.SetGeneration(workload.Revision(resource, object.GetGeneration(), object.GetResourceVersion()))
	kept.SetCreationTimestamp(object.GetCreationTimestamp())
	kept.SetDeletionTimestamp(object.GetDeletionTimestamp())
	kept.SetDeletionGracePeriodSeconds(object.GetDeletionGracePeriodSeconds())
	if owner := metav1.GetControllerOf(object); owner != nil {
		kept.Object[ownedKey] = true
		kept.Object[controllerKey] = []any{string(owner.UID)}
		kept.SetOwnerReferences([]metav1.OwnerReference{*owner})
	}
	return kept
}

// valuesOf a key of a reduced object.
func valuesOf(object client.Object, key string) []string { return index.Values(object, key) }
