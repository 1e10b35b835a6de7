// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/breakglass"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// cameIn lists what is there without a record that may have come in by the gap.
func (r *BreakGlassReconciler) cameIn(ctx context.Context, ns *corev1.Namespace, gap breakglass.Gap) ([]string, error) {
	now := r.Clock.Now()
	look := survey{Client: r.Client, kinds: r.Workloads, now: now, unasked: gap.Began(now)}
	workloads, _, err := look.unrecorded(ctx, []corev1.Namespace{*ns})
	if err != nil {
		return nil, err
	}
	besides, err := r.besides(ctx, look, ns)
	return append(workloads, besides...), err
}

// besides are the objects of other kinds than workloads that came in by the gap, and that a policy of the namespace
// gates, as namespace/resource/name, sorted.
func (r *BreakGlassReconciler) besides(ctx context.Context, look survey, ns *corev1.Namespace) ([]string, error) {
	policies, err := r.policies(ctx, ns)
	if err != nil {
		return nil, err
	}
	var all []string
	for resource, kind := range r.Kinds.shown() {
		gated := slices.ContainsFunc(policies, func(policy v1alpha1.PromotionPolicy) bool {
			return promotion.GatesKind(policy, resource)
		})
		if !gated {
			continue
		}
		names, err := r.besidesOf(ctx, look, kind, ns.Name)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			all = append(all, ns.Name+"/"+resource.String()+"/"+name)
		}
	}
	slices.Sort(all)
	return all, nil
}

// unseen are the kinds that policies of the namespace gate, and of whose objects nothing is known: sorted.
func (r *BreakGlassReconciler) unseen(ctx context.Context, ns *corev1.Namespace) ([]string, error) {
	policies, err := r.policies(ctx, ns)
	if err != nil {
		return nil, err
	}
	shown := r.Kinds.shown()
	var all []string
	for _, resource := range watchedFor(policies) {
		if _, seen := shown[resource]; !seen {
			all = append(all, resource.String())
		}
	}
	slices.Sort(all)
	return all, nil
}

// policies that govern the namespace.
func (r *BreakGlassReconciler) policies(
	ctx context.Context, ns *corev1.Namespace,
) ([]v1alpha1.PromotionPolicy, error) {
	var all v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &all, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	var governing []v1alpha1.PromotionPolicy
	for i := range all.Items {
		if governs(&all.Items[i], ns.Labels) {
			governing = append(governing, all.Items[i])
		}
	}
	return governing, nil
}

// besidesOf one kind, by name.
func (r *BreakGlassReconciler) besidesOf(
	ctx context.Context, look survey, kind schema.GroupVersionKind, namespace string,
) (names []string, err error) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind)
	err = r.Kinds.Cache.List(ctx, list, client.InNamespace(namespace), client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind, err)
	}
	for i := range list.Items {
		came, err := look.besides(ctx, workloadObject{Unstructured: &list.Items[i]})
		if err != nil {
			return nil, err
		}
		if came {
			names = append(names, list.Items[i].GetName())
		}
	}
	return names, nil
}

// besides tells whether the object was made or changed while nobody was asked, and what it is now is on no record.
func (s survey) besides(ctx context.Context, one workloadObject) (bool, error) {
	changed, err := s.changed(ctx, one)
	if err != nil || !changed && !s.cameIn(one) {
		return false, err
	}
	known, err := recorded(ctx, s.Client, one.Unstructured)
	return !known, err
}

// changed tells whether what had entered of the object was replaced while nobody was asked.
func (s survey) changed(ctx context.Context, one workloadObject) (bool, error) {
	requests, err := requestsOf(ctx, s.Client, one.Unstructured, index.RequestByObject, objectKey)
	return slices.ContainsFunc(requests, func(request v1alpha1.PromotionRequest) bool {
		entry := request.Status.Entry
		return entry != nil && entry.EndTime != nil && !entry.EndTime.Time.Before(s.unasked) &&
			entry.ObjectUID == string(one.GetUID())
	}), err
}

// shown are the kinds whose objects have been shown.
func (k *GatedKinds) shown() map[schema.GroupResource]schema.GroupVersionKind {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[schema.GroupResource]schema.GroupVersionKind{}
	for resource, watched := range k.watched {
		if !watched.since.IsZero() {
			all[resource] = watched.kind
		}
	}
	return all
}
