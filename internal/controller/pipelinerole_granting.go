// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// granting is one attempt to bring about what a role asks for, and what came of it. After a write that fails it goes
// on: a namespace that refuses must not keep a right alive in another.
type granting struct {
	*PipelineRoleReconciler

	role *v1alpha1.PipelineRole
	// namespaces in which the role holds.
	namespaces []string
	// unreadable is why the role's namespaceSelector selects nothing.
	unreadable error
	// taken are the names that objects hold which the operator did not make for this role.
	taken []string
	// homeless are the bots whose namespaces do not exist.
	homeless []string
	// stale: a write met a newer object than the cache had.
	stale bool
	// errs are the writes that failed.
	errs []error
}

// storedObjects are generated objects as the cache knows them, by where they are.
type storedObjects map[client.ObjectKey]client.Object

// run makes accounts first, because only their bots are bound, and removes them last, when nothing names them any more.
// Nothing is removed unless everything could be read.
func (g *granting) run(ctx context.Context, now time.Time) error {
	accounts, err := g.storedAccounts(ctx)
	if err != nil {
		return err
	}
	bindings, err := g.storedBindings(ctx)
	if err != nil {
		return err
	}
	if err := g.findNamespaces(ctx); err != nil {
		return err
	}
	bots := g.ensureAccounts(ctx, accounts)
	g.syncBindings(ctx, bindings, grants.Bindings(g.role, bots, g.namespaces, now))
	g.removeAccounts(ctx, accounts)
	return nil
}

// ensureAccounts returns the bots whose service accounts are there and made by the operator.
func (g *granting) ensureAccounts(ctx context.Context, stored storedObjects) []v1alpha1.Bot {
	var made []v1alpha1.Bot
	for _, bot := range g.role.Spec.Bots {
		account := grants.Account(g.role, bot)
		if g.ensure(ctx, account, stored[client.ObjectKeyFromObject(account)]) {
			made = append(made, bot)
		}
	}
	return made
}

// syncBindings removes before it makes: a right that was lost must not wait for one that was given.
func (g *granting) syncBindings(ctx context.Context, stored storedObjects, wanted []*rbacv1.RoleBinding) {
	lost := maps.Clone(stored)
	for _, binding := range wanted {
		delete(lost, client.ObjectKeyFromObject(binding))
	}
	for _, binding := range lost {
		g.remove(ctx, binding)
	}
	for _, binding := range wanted {
		g.ensure(ctx, binding, stored[client.ObjectKeyFromObject(binding)])
	}
}

func (g *granting) removeAccounts(ctx context.Context, stored storedObjects) {
	lost := maps.Clone(stored)
	for _, bot := range g.role.Spec.Bots {
		delete(lost, client.ObjectKey{Namespace: bot.Namespace, Name: bot.Name})
	}
	for _, account := range lost {
		if grants.Removable(account, g.role) {
			g.remove(ctx, account)
		}
	}
}
