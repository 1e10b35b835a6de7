// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/index"
)

// findNamespaces finds out where the role holds, and what is gated there. A selector that cannot be read selects
// nothing.
func (g *granting) findNamespaces(ctx context.Context) error {
	var list corev1.NamespaceList
	if err := g.Client.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	g.namespaces, g.unreadable = environment.Namespaces(list.Items, g.role.Spec.Environments,
		g.role.Spec.NamespaceSelector)
	var policies v1alpha1.PromotionPolicyList
	if err := g.Client.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	g.gated = grants.GatedBy(policies.Items, list.Items)
	return nil
}

// storedGrants is what has been made for a role.
type storedGrants struct{ accounts, roles, bindings storedObjects }

func (g *granting) readStored(ctx context.Context) (stored storedGrants, err error) {
	labelled := client.MatchingLabels{grants.RoleLabel: g.role.Name}
	if stored.accounts, err = g.read(ctx, &corev1.ServiceAccountList{}, generated, labelled); err != nil {
		return stored, err
	}
	named := client.MatchingFields{index.GeneratedFor: g.role.Name}
	if stored.roles, err = g.read(ctx, &rbacv1.RoleList{}, named); err != nil {
		return stored, err
	}
	stored.bindings, err = g.read(ctx, &rbacv1.RoleBindingList{}, named)
	return stored, err
}

// read shares the objects with the cache: they are only read.
func (g *granting) read(
	ctx context.Context, list client.ObjectList, options ...client.ListOption,
) (storedObjects, error) {
	if err := g.Client.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		return nil, fmt.Errorf("list %T: %w", list, err)
	}
	found := storedObjects{}
	err := meta.EachListItem(list, func(item runtime.Object) error {
		object, ok := item.(client.Object)
		if !ok {
			return fmt.Errorf("%T has no metadata", item)
		}
		found[client.ObjectKeyFromObject(object)] = object
		return nil
	})
	return found, err
}
