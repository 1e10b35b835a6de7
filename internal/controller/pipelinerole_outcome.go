// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"errors"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// outcome is what came of the writes, which are made in parallel.
type outcome struct {
	mu sync.Mutex
	// taken are the objects that the operator wants and that it did not make for this role.
	taken []client.Object
	// homeless are the bots whose namespaces do not exist.
	homeless []string
	// stale: a write met a newer object than the cache had.
	stale bool
	// errs are the writes that failed.
	errs []error
}

// settle sorts out what a write came to.
func (o *outcome) settle(object client.Object, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case err == nil:
	case isNamespaceGone(err):
		// A binding goes with its namespace; a bot has lost its home.
		if account, ok := object.(*corev1.ServiceAccount); ok {
			o.homeless = append(o.homeless, describe(account))
		}
	case apierrors.IsConflict(err), apierrors.IsNotFound(err):
		o.stale = true
	default:
		o.errs = append(o.errs, fmt.Errorf("write %s: %w", describe(object), err))
	}
}

// take notes a name that somebody else holds.
func (o *outcome) take(object client.Object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken = append(o.taken, object)
}

// fail notes what could not be found out.
func (o *outcome) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.errs = append(o.errs, err)
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

// empty is an object of the same kind with nothing in it, to read into.
func empty(object client.Object) client.Object {
	switch object.(type) {
	case *rbacv1.RoleBinding:
		return &rbacv1.RoleBinding{}
	case *rbacv1.Role:
		return &rbacv1.Role{}
	}
	return &corev1.ServiceAccount{}
}

// describe names an object in messages.
func describe(object client.Object) string {
	kind := "ServiceAccount"
	switch object.(type) {
	case *rbacv1.RoleBinding:
		kind = "RoleBinding"
	case *rbacv1.Role:
		kind = "Role"
	}
	return kind + " " + object.GetNamespace() + "/" + object.GetName()
}
