// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Operations on generated objects, as in admission and the API server's audit log.
const (
	operationCreate = "CREATE"
	operationUpdate = "UPDATE"
	operationDelete = "DELETE"
)

// ensure makes one object be as wanted, and tells whether it is. The stored one is nil where the cache knows none.
func (g *granting) ensure(ctx context.Context, wanted, stored client.Object) bool {
	if stored != nil {
		return g.settle(wanted, g.replace(ctx, wanted, stored))
	}
	err := g.create(ctx, wanted)
	if apierrors.IsAlreadyExists(err) {
		return g.reclaim(ctx, wanted)
	}
	return g.settle(wanted, err)
}

// reclaim deals with an object that has a generated name and that the cache does not know as the role's: the cache is
// behind, or somebody edited the label, or somebody else made it. That one is left alone.
func (g *granting) reclaim(ctx context.Context, wanted client.Object) bool {
	stored, ok := wanted.DeepCopyObject().(client.Object)
	if !ok {
		return false
	}
	if err := g.Live.Get(ctx, client.ObjectKeyFromObject(wanted), stored); err != nil {
		return g.settle(wanted, err)
	}
	if !grants.Made(stored, g.role) {
		g.taken = append(g.taken, describe(wanted))
		return false
	}
	return g.settle(wanted, g.replace(ctx, wanted, stored))
}

// replace writes the object as a whole, so that nothing stays that somebody added. What is as wanted is not written.
func (g *granting) replace(ctx context.Context, wanted, stored client.Object) error {
	if grants.Same(wanted, stored) {
		return nil
	}
	if !grants.Replaceable(wanted, stored) {
		if err := g.delete(ctx, stored); err != nil {
			return err
		}
		return g.create(ctx, wanted)
	}
	wanted.SetResourceVersion(stored.GetResourceVersion())
	if err := g.Client.Update(ctx, wanted); err != nil {
		return err
	}
	g.record(audit.GrantWritten, operationUpdate, wanted)
	return nil
}

func (g *granting) create(ctx context.Context, wanted client.Object) error {
	if err := g.Client.Create(ctx, wanted); err != nil {
		return err
	}
	g.record(audit.GrantWritten, operationCreate, wanted)
	return nil
}

func (g *granting) remove(ctx context.Context, stored client.Object) {
	g.settle(stored, g.delete(ctx, stored))
}

// delete deletes this very object in this very state, not another one that has taken its name.
func (g *granting) delete(ctx context.Context, stored client.Object) error {
	if err := g.disarm(ctx, stored); err != nil {
		return err
	}
	uid, version := stored.GetUID(), stored.GetResourceVersion()
	err := g.Client.Delete(ctx, stored, client.Preconditions{UID: &uid, ResourceVersion: &version})
	if err == nil {
		g.record(audit.GrantRemoved, operationDelete, stored)
	}
	return client.IgnoreNotFound(err)
}

// disarm takes finalizers away: the operator sets none, and a binding that only waits to be gone still grants.
func (g *granting) disarm(ctx context.Context, stored client.Object) error {
	if len(stored.GetFinalizers()) == 0 {
		return nil
	}
	stored.SetFinalizers(nil)
	return g.Client.Update(ctx, stored)
}

// settle sorts out what a write came to, and tells whether the object is as wanted.
func (g *granting) settle(object client.Object, err error) bool {
	switch {
	case err == nil:
		return true
	case isNamespaceGone(err):
		// A binding goes with its namespace; a bot has lost its home.
		if account, ok := object.(*corev1.ServiceAccount); ok {
			g.homeless = append(g.homeless, describe(account))
		}
	case apierrors.IsConflict(err), apierrors.IsNotFound(err):
		g.stale = true
	default:
		g.errs = append(g.errs, fmt.Errorf("write %s: %w", describe(object), err))
	}
	return false
}

// isNamespaceGone tells the answer to a write into a namespace that is not there or is going.
func isNamespaceGone(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok {
		return false
	}
	details := status.ErrStatus.Details
	return apierrors.IsNotFound(err) && details != nil && details.Kind == "namespaces" ||
		apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}

// describe names an object in messages.
func describe(object client.Object) string {
	kind := "ServiceAccount"
	if _, ok := object.(*rbacv1.RoleBinding); ok {
		kind = "RoleBinding"
	}
	return kind + " " + object.GetNamespace() + "/" + object.GetName()
}
