// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// madeOf are, for each kind that Kubernetes' own controllers make, the kinds that they make it of.
var madeOf = map[string][]string{
	revisions:     {"daemonsets", "statefulsets"},
	"jobs":        {"cronjobs"},
	"pods":        {"daemonsets", "jobs", "replicasets", "replicationcontrollers", "statefulsets"},
	"replicasets": {"deployments"},
}

// revisions run nothing: what is made of one is compared with the workload that it is a revision of.
const revisions = "controllerrevisions"

// running is what runs in one namespace, as the cache has it.
type running struct {
	survey
	objects []workloadObject
	byUID   map[types.UID]workloadObject
	// policies that govern the workloads there, and the images that they say are injected into Pods.
	policies []v1alpha1.PromotionPolicy
	injected []string
}

// workloadObject is one of them, reduced.
type workloadObject struct {
	*unstructured.Unstructured
	resource string
}

// running reads the namespace.
func (s survey) running(
	ctx context.Context, ns corev1.Namespace, policies []v1alpha1.PromotionPolicy,
) (running, error) {
	there := running{survey: s, byUID: map[types.UID]workloadObject{}}
	for _, policy := range policies {
		if promotion.Has(policy, v1alpha1.GateWorkloads) && governs(&policy, ns.Labels) {
			there.policies = append(there.policies, policy)
		}
	}
	there.injected = ledger.RuleOf(there.policies, ns.Labels, false).Injected
	for _, kind := range s.kinds {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind.Kind)
		if err := s.List(ctx, list, client.InNamespace(ns.Name), client.UnsafeDisableDeepCopy); err != nil {
			return running{}, fmt.Errorf("list %s: %w", kind.Resource, err)
		}
		for i := range list.Items {
			one := workloadObject{Unstructured: &list.Items[i], resource: kind.Resource}
			there.objects = append(there.objects, one)
			there.byUID[one.GetUID()] = one
		}
	}
	return there, nil
}

// made tells whether the object is as recorded as the one that controls it: a controller makes such objects of that,
// and this one is idle or runs what that was let in with. Anybody may write an owner, so the word of the object alone
// counts for nothing.
func (r running) made(ctx context.Context, one workloadObject) (bool, error) {
	by := metav1.GetControllerOf(one)
	if by == nil {
		return false, nil
	}
	owner, found := r.byUID[by.UID]
	if !found || !slices.Contains(madeOf[one.resource], owner.resource) {
		return !r.cameIn(one) && r.trusted(one, *by), nil
	}
	if !r.cameIn(one) && runsNothing(one) ||
		r.runs(one, valuesOf(owner.Unstructured, imagesKey)) {
		return true, nil
	}
	let, err := imagesLetIn(ctx, r.Client, owner.Unstructured)
	return err == nil && r.runs(one, let), err
}

// runsNothing until somebody is asked about it.
func runsNothing(one workloadObject) bool {
	return one.resource == revisions || one.Object[idleKey] == true
}

// runs tells whether the object runs these images and no other, beside what is injected into every Pod.
func (r running) runs(one workloadObject, images []string) bool {
	return !slices.ContainsFunc(valuesOf(one.Unstructured, imagesKey), func(image string) bool {
		return !slices.Contains(images, image) && !slices.Contains(r.injected, image)
	})
}

// imagesLetIn are the images that the object names, and those that it entered with before: what was made of a former
// template may run for a while.
func imagesLetIn(ctx context.Context, c client.Client, object *unstructured.Unstructured) ([]string, error) {
	requests, err := requestsOf(ctx, c, object, index.RequestByObject, objectKey)
	images := valuesOf(object, imagesKey)
	for _, request := range requests {
		if request.Status.Entry != nil && request.Spec.Change.Operation == v1alpha1.OperationApply {
			images = append(images, request.Spec.Change.Images...)
		}
	}
	return images, err
}

// trusted tells whether every policy there trusts some controller to make such an object for such an owner, of these
// images. That is in the audit trail, and on no other record; not even there where nobody was asked.
func (r running) trusted(one workloadObject, by metav1.OwnerReference) bool {
	group, err := schema.ParseGroupVersion(by.APIVersion)
	if err != nil || len(r.policies) == 0 {
		return false
	}
	change := promotion.Change{
		Operation: v1alpha1.OperationApply, Images: valuesOf(one.Unstructured, imagesKey),
		Object: workload.Identity{
			Group: one.GroupVersionKind().Group, Resource: one.resource, Namespace: one.GetNamespace(), Name: one.GetName(),
		},
		Owner: v1alpha1.OwnerKind{Group: group.Group, Kind: by.Kind},
	}
	return !slices.ContainsFunc(r.policies, func(policy v1alpha1.PromotionPolicy) bool {
		return !promotion.TrustsSomebody(change, policy)
	})
}
