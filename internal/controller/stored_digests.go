// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/ledger/store"
	"github.com/countersign-dev/countersign/internal/workload"
)

// identities of an object: its name and, where the API server made that, what it made it from.
func identities(resource schema.GroupResource, object *unstructured.Unstructured) []workload.Identity {
	made := workload.IdentityOf(resource, object.GetNamespace(), object.Object)
	named := made
	named.Name, named.GenerateName = object.GetName(), ""
	if made == named {
		return []workload.Identity{named}
	}
	return []workload.Identity{named, made}
}

// digests of the object under each identity. None where the object cannot be read. A deletion may leave behind what was
// made of the object, or not.
func digests(
	operation v1alpha1.ChangeOperation, resource schema.GroupResource, object *unstructured.Unstructured,
) []any {
	contents, err := workload.Contents(resource, object.Object)
	if err != nil {
		return nil
	}
	ids := identities(resource, object)
	all := digestsOf(operation, ids, contents)
	if operation == v1alpha1.OperationDelete {
		for _, content := range contents {
			workload.Orphan(content)
		}
		all = append(all, digestsOf(operation, ids, contents)...)
	}
	return all
}

func digestsOf(operation v1alpha1.ChangeOperation, ids []workload.Identity, contents []map[string]any) []any {
	var all []any
	for _, id := range ids {
		for _, content := range contents {
			if digest, err := workload.Digest(operation, id, content); err == nil {
				all = append(all, string(digest))
			}
		}
	}
	return all
}

func images(resource schema.GroupResource, object *unstructured.Unstructured) []any {
	named := store.ImagesOf(resource, object)
	all := make([]any, 0, len(named))
	for _, image := range named {
		all = append(all, image)
	}
	return all
}

func objectKeys(resource schema.GroupResource, object *unstructured.Unstructured) []any {
	all := make([]any, 0, 2)
	for _, id := range identities(resource, object) {
		all = append(all, index.ObjectKey(v1alpha1.Change{
			Group: id.Group, Resource: id.Resource, Name: id.Name, GenerateName: id.GenerateName,
		}))
	}
	return all
}

func keysOf(references []workload.Reference) []any {
	keys := make([]any, 0, len(references))
	for _, reference := range references {
		keys = append(keys, reference.Key())
	}
	return keys
}
