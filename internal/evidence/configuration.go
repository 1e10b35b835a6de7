// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// usersOf adds to the users that are known already.
func (r Reader) usersOf(ctx context.Context, c promotion.Case) ([]string, error) {
	found, err := r.users(ctx, c)
	return append(slices.Clip(c.Change.Users), found...), err
}

// users of the ConfigMap or Secret that a change is about: the workloads that take configuration from it, and the
// requests that were made with what it held. They come from the cache. A workload that has just entered may not be in
// it; the request by which it entered has been there since it was asked for.
func (r Reader) users(ctx context.Context, c promotion.Case) ([]string, error) {
	object := c.Change.Object
	reference, ok := workload.ReferenceTo(schema.GroupResource{Group: object.Group, Resource: object.Resource},
		object.Name)
	if !ok || object.Name == "" {
		return nil, nil
	}
	if object.Resource == "configmaps" && object.Name == workload.RootAuthority {
		return []string{"every Pod"}, nil
	}
	users, err := r.runningWith(ctx, c, reference)
	if err != nil {
		return nil, err
	}
	var requests v1alpha1.PromotionRequestList
	if err := r.Cache.List(ctx, &requests, client.InNamespace(object.Namespace),
		client.MatchingFields{index.Configuration: reference.Key()}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list requests made with %s: %w", reference.Key(), err)
	}
	return append(users, promotion.AskedWith(c, requests.Items, r.Clock.Now())...), nil
}

// runningWith are the stored workloads that use the object. To delete what no more than a former template uses, while
// its last Pods end, harms nothing that is to stay; nor does it where the workload itself is being deleted.
func (r Reader) runningWith(
	ctx context.Context, c promotion.Case, reference workload.Reference,
) ([]string, error) {
	var users []string
	for _, kind := range r.Workloads {
		var list unstructured.UnstructuredList
		list.SetGroupVersionKind(kind.Kind)
		if err := r.Cache.List(ctx, &list, client.InNamespace(c.Environment.Namespace),
			client.MatchingFields{index.Configuration: reference.Key()}, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("list %s that use %s: %w", kind.Resource, reference.Key(), err)
		}
		for i := range list.Items {
			if c.Change.Operation != v1alpha1.OperationDelete || staysWith(kind, &list.Items[i]) {
				users = append(users, kind.Resource+"/"+list.Items[i].GetName())
			}
		}
	}
	return telling(users), nil
}

// telling are those of the users to tell of, sorted: former revisions only where nothing else uses it.
func telling(users []string) []string {
	slices.Sort(users)
	isRevision := func(user string) bool { return strings.HasPrefix(user, "controllerrevisions/") }
	if slices.ContainsFunc(users, func(user string) bool { return !isRevision(user) }) {
		users = slices.DeleteFunc(users, isRevision)
	}
	return users
}

// madeOf are the kinds that controllers make of a workload's template. Of any other kind an owner is no template.
var madeOf = []string{"controllerrevisions", "jobs", "pods", "replicasets"}

// staysWith tells whether a workload is to stay, with what it refers to. Anybody may write an owner: what is not made
// of a template stays, whoever owns it.
func staysWith(kind WorkloadKind, object *unstructured.Unstructured) bool {
	owned, _ := object.Object[index.Owned].(bool)
	return object.GetDeletionTimestamp() == nil && !(owned && slices.Contains(madeOf, kind.Resource))
}

// WorkloadKind is a kind of workload that the cache holds, reduced.
type WorkloadKind struct {
	Resource string
	Kind     schema.GroupVersionKind
}
