// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package release tells which release of which delivery tool an object says that it is part of. It is a claim of
// whoever writes the object: it groups requests, and nothing is decided by it. The package calls nothing.
package release

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// ArgoCD is the source of releases that are syncs of an Application of Argo CD. Their name is its namespace and name:
	// argocd/shop.
	ArgoCD = "ArgoCD"
	// trackingID says, on what Argo CD applies, whose it is: <application>:<group>/<kind>:<namespace>/<name>, where an
	// Application of another namespace than Argo CD's own is <namespace>_<name>.
	// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
	trackingID = "argocd.argoproj.io/tracking-id"
)

// maxName is what a request has room for.
const maxName = 512

// Object is what claims of an object are held against.
type Object struct {
	Kind            schema.GroupKind
	Namespace, Name string
	Annotations     map[string]string
}

// Of an object; nil where it says nothing, or what it says is about another object, as where it was copied. Argo CD has
// its Applications in a namespace, unless their names say otherwise.
func Of(object Object, argoCD string) *v1alpha1.Release {
	application, tracked, found := strings.Cut(object.Annotations[trackingID], ":")
	about := object.Kind.Group + "/" + object.Kind.Kind + ":" + object.Namespace + "/" + object.Name
	if !found || application == "" || tracked != about {
		return nil
	}
	namespace, name, elsewhere := strings.Cut(application, "_")
	if !elsewhere {
		namespace, name = argoCD, application
	}
	full := namespace + "/" + name
	if namespace == "" || name == "" || strings.Contains(name, "/") || len(full) > maxName {
		return nil
	}
	return &v1alpha1.Release{Source: ArgoCD, Name: full}
}

// Application that a release is a sync of; empty for any other.
func Application(of *v1alpha1.Release) types.NamespacedName {
	if of == nil || of.Source != ArgoCD {
		return types.NamespacedName{}
	}
	namespace, name, found := strings.Cut(of.Name, "/")
	if !found {
		return types.NamespacedName{}
	}
	return types.NamespacedName{Namespace: namespace, Name: name}
}
