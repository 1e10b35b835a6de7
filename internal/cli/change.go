// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// changeOf writes down what the forecast would change.
func changeOf(f forecast) (v1alpha1.Change, error) {
	resource := f.resource.GroupResource()
	id := workload.IdentityOf(resource, f.namespace, f.after)
	content, err := workload.Replacing(resource, f.after, f.before)
	if err != nil {
		return v1alpha1.Change{}, err
	}
	change := v1alpha1.Change{
		Operation: v1alpha1.OperationApply,
		Group:     id.Group, Version: f.resource.Version, Resource: id.Resource,
		Name: id.Name, GenerateName: id.GenerateName,
		Images: workload.ImagesOf(resource, content),
	}
	if change.Content.Raw, err = workload.Canonical(content); err != nil {
		return change, err
	}
	if change.Digest, err = workload.Digest(change.Operation, id, content); err != nil {
		return change, err
	}
	change.ReplacesDigest, err = storedDigest(f, id)
	return change, err
}

// storedDigest is that of what the object holds now; empty for a new object.
func storedDigest(f forecast, id workload.Identity) (v1alpha1.Digest, error) {
	if f.before == nil {
		return "", nil
	}
	content, err := workload.Content(f.resource.GroupResource(), f.before)
	if err != nil {
		return "", err
	}
	return workload.Digest(v1alpha1.OperationApply, id, content)
}
