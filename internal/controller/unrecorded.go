// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
)

// unrecorded are the workloads of some namespaces that run without a record, as namespace/resource/name, sorted. The
// client must have them reduced (see Reduce).
func unrecorded(
	ctx context.Context, c client.Client, kinds []evidence.WorkloadKind, governed map[string]bool,
) ([]string, error) {
	var all []string
	for _, kind := range kinds {
		found, err := unrecordedOf(ctx, c, kind, governed)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	return all, nil
}

// unrecordedOf are those of one kind.
func unrecordedOf(
	ctx context.Context, c client.Client, kind evidence.WorkloadKind, governed map[string]bool,
) ([]string, error) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.Kind)
	if err := c.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Resource, err)
	}
	var names []string
	for i := range list.Items {
		object := &list.Items[i]
		if !governed[object.GetNamespace()] || object.Object[ownedKey] == true || object.GetDeletionTimestamp() != nil {
			continue
		}
		known, err := recorded(ctx, c, object)
		if err != nil {
			return nil, err
		}
		if !known {
			names = append(names, object.GetNamespace()+"/"+kind.Resource+"/"+object.GetName())
		}
	}
	return names, nil
}

// recorded tells whether a request says how what the object runs entered.
func recorded(ctx context.Context, c client.Client, object *unstructured.Unstructured) (bool, error) {
	for _, by := range []struct{ field, key string }{
		{index.RequestByDigest, appliedKey}, {index.RequestByObject, objectKey},
	} {
		for _, value := range valuesOf(object, by.key) {
			var requests v1alpha1.PromotionRequestList
			err := c.List(ctx, &requests, client.InNamespace(object.GetNamespace()),
				client.MatchingFields{by.field: value}, client.UnsafeDisableDeepCopy)
			if err != nil {
				return false, fmt.Errorf("list the records of %s: %w", object.GetName(), err)
			}
			inPlace := func(request v1alpha1.PromotionRequest) bool {
				entry := request.Status.Entry
				return entry != nil && entry.EndTime == nil && entry.ObjectUID == string(object.GetUID())
			}
			if slices.ContainsFunc(requests.Items, inPlace) {
				return true, nil
			}
		}
	}
	return false, nil
}
