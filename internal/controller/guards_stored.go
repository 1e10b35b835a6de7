// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/guards"
)

// write what should be there.
func (r *GuardReconciler) write(ctx context.Context, guard, stored *unstructured.Unstructured) error {
	if stored != nil {
		return r.Client.Update(ctx, guards.Mend(guard, stored), fieldOwner)
	}
	empty := &unstructured.Unstructured{}
	empty.SetGroupVersionKind(guard.GroupVersionKind())
	empty.SetName(guard.GetName())
	return r.Client.Create(ctx, guards.Mend(guard, empty), fieldOwner)
}

// stored are the guards that are there, by kind and name.
func (r *GuardReconciler) stored(ctx context.Context) (map[string]*unstructured.Unstructured, error) {
	found := map[string]*unstructured.Unstructured{}
	for _, kind := range []string{"ValidatingAdmissionPolicyList", "ValidatingAdmissionPolicyBindingList"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kind))
		if err := r.Live.List(ctx, list, client.MatchingLabels(GuardLabels)); err != nil {
			return nil, fmt.Errorf("list guards: %w", err)
		}
		for i := range list.Items {
			found[nameOf(&list.Items[i])] = &list.Items[i]
		}
	}
	for _, guard := range r.Guards {
		if found[nameOf(guard)] != nil {
			continue
		}
		one := &unstructured.Unstructured{}
		one.SetGroupVersionKind(guard.GroupVersionKind())
		err := r.Live.Get(ctx, client.ObjectKeyFromObject(guard), one)
		if client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("read guard %s: %w", nameOf(guard), err)
		}
		if err == nil {
			found[nameOf(guard)] = one
		}
	}
	return found, nil
}

// installed says which version of the guards is; nothing where it is missing.
func (r *GuardReconciler) installed(ctx context.Context) (*corev1.ConfigMap, error) {
	configMap := &corev1.ConfigMap{}
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: r.Gaps.Namespace, Name: GuardsConfigMap}, configMap)
	if client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("read which guards are installed: %w", err)
	}
	return configMap, nil
}

func nameOf(guard *unstructured.Unstructured) string { return guard.GetKind() + "/" + guard.GetName() }
