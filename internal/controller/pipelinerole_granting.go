// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// granting is one attempt to bring about what a role asks for, and what came of it. After a write that fails it goes
// on: a namespace that refuses must not keep a right alive in another.
type granting struct {
	*PipelineRoleReconciler

	role *v1alpha1.PipelineRole
	// namespaces in which the role holds.
	namespaces []string
	// gated are the namespaces in which gates are in force.
	gated grants.Gated
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
// What is lost goes before all else, and what is given already is brought up to date before the author is asked about
// anything new. Nothing is removed unless everything could be read.
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
	bots := g.ensureAccounts(ctx, stored.accounts)
	g.holders = grants.HoldersOf(g.role, bots, now, keptOut...)
	fresh := g.fresh(stored)
	g.give(ctx, stored, fresh)
	if len(fresh) > 0 {
		g.give(ctx, stored, g.withholdUnauthorized(ctx, fresh))
	}
	g.removeAccounts(ctx, stored.accounts)
	return nil
}

// give writes what the role gives but for what is withheld of the new. Where a wider rule is withheld from a namespace,
// the Role there keeps what it has of the rules.
func (g *granting) give(ctx context.Context, stored storedGrants, withheld newGrants) {
	given := func(grant grants.Grant, namespace string) bool {
		made := stored.bindings[grant.Binding(namespace)]
		return !withheld.has(grant, namespace) || made != nil && grants.MadeForThis(made, g.role)
	}
	bindings := grants.Bindings(g.role, g.holders, g.namespaces, g.gated, given)
	roles := g.rolesOf(bindings, stored.roles, withheld)
	g.removeLost(ctx, stored.bindings, objects(bindings))
	g.removeLost(ctx, stored.roles, objects(roles))
	foreign := g.ensureAll(ctx, stored.roles, objects(roles))
	g.ensureAll(ctx, stored.bindings, objects(g.notTo(ctx, foreign, bindings, stored.bindings)))
}

// notTo leaves out bindings to Roles that are not the operator's, and removes those that are there: what somebody else
// wrote into a Role of that name is given to nobody.
func (g *granting) notTo(
	ctx context.Context, foreign []client.ObjectKey, bindings []*rbacv1.RoleBinding, stored storedObjects,
) []*rbacv1.RoleBinding {
	for _, key := range foreign {
		if made := stored[key]; made != nil {
			g.remove(ctx, made)
		}
	}
	return slices.DeleteFunc(bindings, func(binding *rbacv1.RoleBinding) bool {
		return slices.Contains(foreign, client.ObjectKeyFromObject(binding))
	})
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

// rolesOf are the Roles behind bindings to rules.
func (g *granting) rolesOf(bindings []*rbacv1.RoleBinding, stored storedObjects, withheld newGrants) []*rbacv1.Role {
	var roles []*rbacv1.Role
	for _, binding := range bindings {
		if binding.Name != grants.RulesName(g.role.Name) {
			continue
		}
		role := grants.Role(g.role, binding.Namespace)
		before, ok := stored[client.ObjectKeyFromObject(role)].(*rbacv1.Role)
		if ok && withheld.hasRules(binding.Namespace) {
			role.Rules = escalation.Common(before.Rules, role.Rules)
		}
		roles = append(roles, role)
	}
	return roles
}

// removeLost removes what is not wanted any more. It comes before what is made: a right that was lost must not wait for
// one that was given.
func (g *granting) removeLost(ctx context.Context, stored storedObjects, wanted []client.Object) {
	lost := maps.Clone(stored)
	for _, object := range wanted {
		delete(lost, client.ObjectKeyFromObject(object))
	}
	inParallel(slices.Collect(maps.Values(lost)), func(object client.Object) { g.remove(ctx, object) })
	for key := range lost {
		delete(stored, key)
	}
}

// ensureAll brings the stored objects up to what is wanted. It returns where that could not be made, such as where
// somebody else holds the name.
func (g *granting) ensureAll(ctx context.Context, stored storedObjects, wanted []client.Object) []client.ObjectKey {
	var mu sync.Mutex
	var missing []client.ObjectKey
	before := maps.Clone(stored)
	inParallel(wanted, func(object client.Object) {
		key := client.ObjectKeyFromObject(object)
		made := g.ensure(ctx, object, before[key])
		mu.Lock()
		defer mu.Unlock()
		if made {
			stored[key] = object
		} else {
			missing = append(missing, key)
		}
	})
	return missing
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
