// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
)

// leaving is how long an object may take to be gone once it is deleted. One that is still there then runs on.
const leaving = 10 * time.Minute

// survey looks for workloads that run without a record.
type survey struct {
	// Client must have them reduced (see Reduce).
	client.Client
	kinds []evidence.WorkloadKind
	now   time.Time
	// patience is how old an object must be to be listed that another controls. It may be shown before that one is.
	patience time.Duration
	// unasked is since when nobody was asked about what was made; zero where somebody was all the time.
	unasked time.Time
}

// unrecorded are the workloads of some namespaces that run without a record, as namespace/resource/name, sorted. More
// tells whether there may be more in a moment: the survey has been patient with some.
func (s survey) unrecorded(ctx context.Context, namespaces []corev1.Namespace) (all []string, more bool, err error) {
	var policies v1alpha1.PromotionPolicyList
	if err := s.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return nil, false, fmt.Errorf("list policies: %w", err)
	}
	for _, ns := range namespaces {
		there, err := s.running(ctx, ns, policies.Items)
		if err != nil {
			return nil, false, err
		}
		for _, one := range there.objects {
			known, err := there.accounted(ctx, one)
			switch {
			case err != nil:
				return nil, false, err
			case known:
			case s.spares(one):
				more = true
			default:
				all = append(all, ns.Name+"/"+one.resource+"/"+one.GetName())
			}
		}
	}
	slices.Sort(all)
	return all, more, nil
}

// spares : what the object is made of, or what is made of it, may be on its way.
func (s survey) spares(one workloadObject) bool {
	return len(one.GetOwnerReferences()) > 0 && s.now.Sub(one.GetCreationTimestamp().Time) < s.patience
}

// cameIn tells whether the object was made while nobody was asked: then its word counts for less.
func (s survey) cameIn(one workloadObject) bool {
	return !s.unasked.IsZero() && !one.GetCreationTimestamp().Time.Before(s.unasked)
}

// leaves tells whether the object was deleted a while ago at most. What it says is when the grace of a Pod is over, and
// that is for whoever deletes it to choose.
func (s survey) leaves(one workloadObject) bool {
	over := one.GetDeletionTimestamp()
	if over == nil {
		return false
	}
	grace := time.Duration(ptr.Deref(one.GetDeletionGracePeriodSeconds(), 0)) * time.Second
	return s.now.Sub(over.Add(-grace)) < leaving
}

// accounted tells whether there is nothing to say of the object: it is being deleted, is made of another, or entered on
// record.
func (r running) accounted(ctx context.Context, one workloadObject) (bool, error) {
	if r.leaves(one) && !r.cameIn(one) {
		return true, nil
	}
	made, err := r.made(ctx, one)
	if err != nil || made {
		return made, err
	}
	return recorded(ctx, r.Client, one.Unstructured)
}

// recorded tells whether a request says how what the object runs entered.
func recorded(ctx context.Context, c client.Client, object *unstructured.Unstructured) (bool, error) {
	for _, by := range []struct{ field, key string }{
		{index.RequestByDigest, appliedKey}, {index.RequestByObject, objectKey},
	} {
		requests, err := requestsOf(ctx, c, object, by.field, by.key)
		if err != nil {
			return false, err
		}
		inPlace := func(request v1alpha1.PromotionRequest) bool {
			entry := request.Status.Entry
			return entry != nil && entry.EndTime == nil && entry.ObjectUID == string(object.GetUID())
		}
		if slices.ContainsFunc(requests, inPlace) {
			return true, nil
		}
	}
	return false, nil
}

// requestsOf an object, as an index finds them by its values. They must not be changed.
func requestsOf(
	ctx context.Context, c client.Client, object *unstructured.Unstructured, field, key string,
) ([]v1alpha1.PromotionRequest, error) {
	var all []v1alpha1.PromotionRequest
	for _, value := range valuesOf(object, key) {
		var requests v1alpha1.PromotionRequestList
		err := c.List(ctx, &requests, client.InNamespace(object.GetNamespace()), client.MatchingFields{field: value},
			client.UnsafeDisableDeepCopy)
		if err != nil {
			return nil, fmt.Errorf("list the records of %s: %w", object.GetName(), err)
		}
		all = append(all, requests.Items...)
	}
	return all, nil
}
