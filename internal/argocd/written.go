// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/internal/release"
)

// Write is how an object is written, by what the API server says of the call.
type Write struct {
	Operation admissionv1.Operation
	// Manager is the field manager that the call names; empty where it names none.
	Manager string
}

// Syncs tells whether a write is one that only the sync does which an Application is in. By impersonation Argo CD's API
// server comes as the same account when somebody edits an object in the user interface, deletes it or runs an action on
// it. It names no field manager, and neither does a sync that replaces objects, of which nobody can tell; to a patch
// and a replacement the API server gives the same options. What the object says of itself does not count: an edit
// writes that as well.
func Syncs(application map[string]any, object release.Object, write Write) bool {
	switch write.Operation {
	case admissionv1.Create, admissionv1.Update:
		return write.Manager == FieldManager
	case admissionv1.Delete:
		return prunes(application, object)
	case admissionv1.Connect:
		return false
	}
	return false
}

// prunes : the sync deletes what is no longer in the sources, and the object is not, as Argo CD compared it with the
// revision that is synced.
func prunes(application map[string]any, object release.Object) bool {
	plan, err := planOf(application)
	if err != nil {
		return false
	}
	order, err := orderIn(application, carriedOut(application)...)
	if err != nil || !order.sameRevisions(plan.Status.Sync) {
		return false
	}
	stored := resource{
		Group: object.Kind.Group, Kind: object.Kind.Kind, Namespace: object.Namespace, Name: object.Name,
	}.object()
	stored.SetAnnotations(object.Annotations)
	return order.prunes(stored) && slices.ContainsFunc(plan.Status.Resources, func(seen resource) bool {
		return seen.RequiresPruning && seen.is(stored)
	})
}

// prunes tells whether the sync would delete the object, were it in the sources no longer.
func (o syncOperation) prunes(stored *unstructured.Unstructured) bool {
	return o.Prune && !o.DryRun && o.of(stored) && !Pruning{options: o.SyncOptions}.keeps(stored)
}
