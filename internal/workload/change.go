// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Change writes down, as a request does, what it would be to store an object in the place of another. Both are as the
// API server has them or would have them, after defaulting and mutation; before is nil for a new object.
func Change(
	resource schema.GroupVersionResource, namespace string, after, before map[string]any,
) (v1alpha1.Change, error) {
	content, err := Replacing(resource.GroupResource(), after, before)
	if err != nil {
		return v1alpha1.Change{}, err
	}
	return change(v1alpha1.OperationApply, resource, namespace, content, after, before)
}

// change that an operation makes; to delete is to store nothing in the place of what is there, which is its content.
func change(
	operation v1alpha1.ChangeOperation, resource schema.GroupVersionResource, namespace string,
	content, after, before map[string]any,
) (change v1alpha1.Change, err error) {
	id := IdentityOf(resource.GroupResource(), namespace, after)
	if before != nil { // the API server makes up a name for a new object alone
		id.Name, id.GenerateName = metadataString(after, "name"), ""
	}
	change = v1alpha1.Change{
		Operation: operation,
		Group:     id.Group, Version: resource.Version, Resource: id.Resource,
		Name: id.Name, GenerateName: id.GenerateName,
		Images: ImagesOf(resource.GroupResource(), content),
	}
	if change.Content.Raw, err = Canonical(content); err != nil {
		return change, err
	}
	if change.Digest, err = Digest(change.Operation, id, content); err != nil {
		return change, err
	}
	change.ReplacesDigest, err = storedDigest(resource.GroupResource(), id, before)
	return change, err
}

// storedDigest is that of what an object holds now; empty for a new one.
func storedDigest(resource schema.GroupResource, id Identity, stored map[string]any) (v1alpha1.Digest, error) {
	if stored == nil {
		return "", nil
	}
	content, err := Content(resource, stored)
	if err != nil {
		return "", err
	}
	return Digest(v1alpha1.OperationApply, id, content)
}
