// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

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

// ensure makes one object be as wanted, and tells whether it is there and the operator's. The stored one is nil where
// the cache knows none. That it could not be repaired does not make it somebody else's: a bot must not lose its rights
// over a write that fails.
func (g *granting) ensure(ctx context.Context, wanted, stored client.Object) bool {
	if stored == nil {
		err := g.create(ctx, wanted)
		if !apierrors.IsAlreadyExists(err) {
			g.settle(wanted, err)
			return err == nil
		}
		if stored = g.reclaim(ctx, wanted); stored == nil {
			return false
		}
	}
	g.settle(wanted, g.replace(ctx, wanted, stored))
	return true
}

// reclaim deals with an object that has a generated name and that the cache does not know as the role's: the cache is
// behind, or somebody edited the label, or somebody else made it. That one is left alone.
func (g *granting) reclaim(ctx context.Context, wanted client.Object) client.Object {
	stored := empty(wanted)
	if err := g.Live.Get(ctx, client.ObjectKeyFromObject(wanted), stored); err != nil {
		g.settle(wanted, err)
		return nil
	}
	if !grants.Made(stored, g.role) {
		g.take(wanted)
		return nil
	}
	return stored
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
