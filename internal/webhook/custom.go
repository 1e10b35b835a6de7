// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/served"
	"github.com/countersign-dev/countersign/internal/workload"
)

// preferred is the kind of a custom resource, in the version that the API server prefers.
func preferred(kinds *served.Kinds, resource schema.GroupResource) (schema.GroupVersionKind, error) {
	kind, err := kinds.Preferred(resource)
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("find the kind of %s: %w", resource, err)
	}
	return kind.GroupVersionKind, nil
}

// whyOtherVersion says why content in the version cannot be judged; empty where it can. What is stored is looked at in
// one version, and the same content has another digest in another.
func whyOtherVersion(version string, kind schema.GroupVersionKind) string {
	if version == kind.Version {
		return ""
	}
	return fmt.Sprintf("it is written in version %s, and what is stored is looked at in %s; write apiVersion: %s", version,
		kind.Version, kind.GroupVersion())
}

// checkVersion notes in which version a change of a custom kind is written. What is scaled has been read in the right
// one.
func (g *Gate) checkVersion(r *review, resource schema.GroupResource) error {
	kind, err := preferred(g.Kinds, resource)
	if err != nil {
		return err
	}
	if r.req.SubResource != scaleSubresource {
		r.unreadable = whyOtherVersion(r.version, kind)
	}
	r.version = kind.Version
	return nil
}

// checkVersion refuses a request for a change of a custom kind in a version in which the gate would not let it in.
func (r *Records) checkVersion(change v1alpha1.Change) error {
	if !workload.Custom(change.Group) {
		return nil
	}
	kind, err := preferred(r.Kinds, schema.GroupResource{Group: change.Group, Resource: change.Resource})
	if err != nil {
		return err
	}
	if why := whyOtherVersion(change.Version, kind); why != "" {
		return refuse("spec.change.version: nothing could enter by this request: %s", why)
	}
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
