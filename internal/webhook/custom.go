// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// preferred is the kind of a custom resource, in the version that the API server prefers.
func (g *Gate) preferred(resource schema.GroupResource) (schema.GroupVersionKind, error) {
	kind, err := g.Kinds.Preferred(resource)
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("find the kind of %s: %w", resource, err)
	}
	return kind.GroupVersionKind, nil
}

// checkVersion notes in which version a change of a custom kind is written. What is stored is looked at in one version,
// and the same content has another digest in another. What is scaled has been read in the right one.
func (g *Gate) checkVersion(r *review, resource schema.GroupResource) error {
	kind, err := g.preferred(resource)
	if err != nil {
		return err
	}
	if r.req.SubResource != scaleSubresource && r.version != kind.Version {
		r.unreadable = fmt.Sprintf("it is written in version %s, and what is stored is looked at in %s; write apiVersion: %s",
			r.version, kind.Version, kind.GroupVersion())
	}
	r.version = kind.Version
	return nil
}

// ownerOf is the kind of the object that an object says is its controller; empty where it says none.
func ownerOf(object map[string]any) v1alpha1.OwnerKind {
	for _, owner := range (&unstructured.Unstructured{Object: object}).GetOwnerReferences() {
		if owner.Controller == nil || !*owner.Controller {
			continue
		}
		group, err := schema.ParseGroupVersion(owner.APIVersion)
		if err != nil {
			return v1alpha1.OwnerKind{}
		}
		return v1alpha1.OwnerKind{Group: group.Group, Kind: owner.Kind}
	}
	return v1alpha1.OwnerKind{}
}
