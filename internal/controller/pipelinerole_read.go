// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/grants"
)

// findNamespaces finds out where the role holds. A selector that cannot be read selects nothing.
func (g *granting) findNamespaces(ctx context.Context) error {
	var list corev1.NamespaceList
	if err := g.Client.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	g.namespaces, g.unreadable = matching(list.Items, &g.role.Spec)
	return nil
}

func matching(namespaces []corev1.Namespace, spec *v1alpha1.PipelineRoleSpec) ([]string, error) {
	var names []string
	for i := range namespaces {
		matches, err := environment.Matches(namespaces[i].Labels, spec.Environments, spec.NamespaceSelector)
		if err != nil {
			return nil, err
		}
		if matches {
			names = append(names, namespaces[i].Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (g *granting) storedAccounts(ctx context.Context) (storedObjects, error) {
	var list corev1.ServiceAccountList
	if err := g.Client.List(ctx, &list, generated, client.MatchingLabels{grants.RoleLabel: g.role.Name}); err != nil {
		return nil, fmt.Errorf("list service accounts: %w", err)
	}
	found := storedObjects{}
	for i := range list.Items {
		found[client.ObjectKeyFromObject(&list.Items[i])] = &list.Items[i]
	}
	return found, nil
}

func (g *granting) storedBindings(ctx context.Context) (storedObjects, error) {
	var list rbacv1.RoleBindingList
	if err := g.Client.List(ctx, &list, generated, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list role bindings: %w", err)
	}
	found := storedObjects{}
	for i := range list.Items {
		if grants.RoleOf(list.Items[i].Name) == g.role.Name {
			found[client.ObjectKeyFromObject(&list.Items[i])] = list.Items[i].DeepCopy()
		}
	}
	return found, nil
}
