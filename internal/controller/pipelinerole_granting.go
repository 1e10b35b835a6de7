// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
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
	// holders of the role now.
	holders grants.Holders
	// unreadable is why the role's namespaceSelector selects nothing.
	unreadable error
	// withheld is what the role asks for and somebody does not get.
	withheld []v1alpha1.Withheld

	outcome
}

// storedObjects are generated objects of one kind as the cache knows them, by where they are.
type storedObjects map[client.ObjectKey]client.Object

// run makes accounts first, because only their bots are bound, and removes them last, when nothing names them any more.
// Roles are there before the bindings to them, and go after. Nothing is removed unless everything could be read.
func (g *granting) run(ctx context.Context, now time.Time) error {
	stored, err := g.readStored(ctx)
	if err != nil {
		return err
	}
	if err := g.findNamespaces(ctx); err != nil {
		return err
	}
	keptOut, err := g.keptOut(ctx, now)
	if err != nil {
		return err
	}
	if err := g.keepToCeiling(ctx); err != nil {
		return err
	}
	given := g.given(ctx, stored.bindings)
	bots := g.ensureAccounts(ctx, stored.accounts)
	g.holders = grants.HoldersOf(g.role, bots, now, keptOut...)
	bindings := grants.Bindings(g.role, g.holders, g.namespaces, given)
	g.removeLost(ctx, stored.bindings, objects(bindings))
	g.syncRoles(ctx, stored.roles, bindings)
	g.ensureAll(ctx, stored.bindings, objects(bindings))
	g.removeAccounts(ctx, stored.accounts)
	return nil
}

// ensureAccounts returns the bots whose service accounts are there and made by the operator.
func (g *granting) ensureAccounts(ctx context.Context, stored storedObjects) []v1alpha1.Bot {
	var made []v1alpha1.Bot
	for _, bot := range g.role.Spec.Bots {
		account := grants.Account(g.role, bot, g.TokenAudiences)
		if g.ensure(ctx, account, stored[client.ObjectKeyFromObject(account)]) {
			made = append(made, bot)
		}
	}
	return made
}

// syncRoles writes the role's rules to wherever they are bound, and takes them from where they are not.
func (g *granting) syncRoles(ctx context.Context, stored storedObjects, bindings []*rbacv1.RoleBinding) {
	var roles []client.Object
	for _, binding := range bindings {
		if binding.Name == grants.RulesName(g.role.Name) {
			roles = append(roles, grants.Role(g.role, binding.Namespace))
		}
	}
	g.removeLost(ctx, stored, roles)
	g.ensureAll(ctx, stored, roles)
}

// removeLost removes what is not wanted any more. It comes before what is made: a right that was lost must not wait for
// one that was given.
func (g *granting) removeLost(ctx context.Context, stored storedObjects, wanted []client.Object) {
	lost := maps.Clone(stored)
	for _, object := range wanted {
		delete(lost, client.ObjectKeyFromObject(object))
	}
	inParallel(slices.Collect(maps.Values(lost)), func(object client.Object) { g.remove(ctx, object) })
}

func (g *granting) ensureAll(ctx context.Context, stored storedObjects, wanted []client.Object) {
	inParallel(wanted, func(object client.Object) { g.ensure(ctx, object, stored[client.ObjectKeyFromObject(object)]) })
}

// writesAtOnce bounds the writes of one attempt that are under way at the same time.
const writesAtOnce = 8

func inParallel(all []client.Object, do func(client.Object)) {
	var group errgroup.Group
	group.SetLimit(writesAtOnce)
	for _, object := range all {
		group.Go(func() error {
			do(object)
			return nil
		})
	}
	_ = group.Wait() // what fails is kept in the outcome
}

func objects[T client.Object](all []T) []client.Object {
	converted := make([]client.Object, len(all))
	for i, object := range all {
		converted[i] = object
	}
	return converted
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
