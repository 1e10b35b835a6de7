// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/index"
)

var (
	jobs        = schema.GroupResource{Group: "batch", Resource: "jobs"}
	deployments = schema.GroupResource{Group: "apps", Resource: "deployments"}

	podList        = schema.GroupVersionKind{Version: "v1", Kind: "PodList"}
	replicaSetList = schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "ReplicaSetList"}
)

// confirmedByPods tells whether the Pods of a workload confirm what its status says: whoever deletes one workload and
// leaves its Pods behind has the next one count them as its own. What its status counts no Pods of needs none to.
func (r *PromotionRequestReconciler) confirmedByPods(
	ctx context.Context, view *requestView, stored *unstructured.Unstructured,
) (bool, error) {
	resource := resourceOf(view.request.Spec.Change)
	if _, counts := stored.Object[countedKey]; !counts || resource == jobs && view.completedBefore(stored) {
		return true, nil
	}
	pods, err := r.podsOf(ctx, resource, stored)
	if err != nil {
		return false, err
	}
	if resource == jobs {
		return completed(stored, pods), nil
	}
	return confirmed(stored, pods), nil
}

// completedBefore tells whether this very Job has been seen to be complete: that is for good, and its Pods may have
// been cleaned up since.
func (v *requestView) completedBefore(stored *unstructured.Unstructured) bool {
	entry := v.request.Status.Entry
	return entry.Availability != nil && entry.Availability.EndTime == nil && entry.ObjectUID == string(stored.GetUID())
}

// podsOf a workload: those that it controls, or that the ReplicaSets do which it controls.
func (r *PromotionRequestReconciler) podsOf(
	ctx context.Context, resource schema.GroupResource, stored *unstructured.Unstructured,
) ([]unstructured.Unstructured, error) {
	controllers := []types.UID{stored.GetUID()}
	if resource == deployments {
		sets, err := r.controlled(ctx, replicaSetList, stored.GetNamespace(), controllers...)
		if err != nil {
			return nil, err
		}
		controllers = nil
		for _, set := range sets {
			controllers = append(controllers, set.GetUID())
		}
	}
	return r.controlled(ctx, podList, stored.GetNamespace(), controllers...)
}

// controlled are the reduced objects that have one of the controllers.
func (r *PromotionRequestReconciler) controlled(
	ctx context.Context, kind schema.GroupVersionKind, namespace string, controllers ...types.UID,
) ([]unstructured.Unstructured, error) {
	var all []unstructured.Unstructured
	for _, controller := range controllers {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		err := r.Client.List(ctx, list, client.InNamespace(namespace),
			client.MatchingFields{index.ControlledBy: string(controller)}, client.UnsafeDisableDeepCopy)
		if err != nil {
			return nil, fmt.Errorf("list what %s controls: %w", controller, err)
		}
		all = append(all, list.Items...)
	}
	return all, nil
}
