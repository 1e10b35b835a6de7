// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// settle sorts out what a write came to.
func (g *granting) settle(object client.Object, err error) {
	switch {
	case err == nil:
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
	if _, ok := object.(*rbacv1.RoleBinding); ok {
		return &rbacv1.RoleBinding{}
	}
	return &corev1.ServiceAccount{}
}

// describe names an object in messages.
func describe(object client.Object) string {
	kind := "ServiceAccount"
	if _, ok := object.(*rbacv1.RoleBinding); ok {
		kind = "RoleBinding"
	}
	return kind + " " + object.GetNamespace() + "/" + object.GetName()
}
