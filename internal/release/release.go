// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package release tells which release of which delivery tool an object says that it is part of. It is a claim of
// whoever writes the object: it groups requests, and nothing is decided by it. The package calls nothing.
package release

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Sources of releases.
const (
	// ArgoCD has releases that are syncs of an Application. Their name is its namespace and name: argocd/shop.
	ArgoCD = "ArgoCD"
	// Flux has releases of a Kustomization. Their name is its namespace and name: flux-system/shop.
	Flux = "Flux"
	// Helm has releases that are its own. Their name is the namespace and the name of one: shop-production/checkout.
	Helm = "Helm"
)

// maxName is what a request has room for.
const maxName = 512

// Object is what claims of an object are held against.
type Object struct {
	Kind                schema.GroupKind
	Namespace, Name     string
	Labels, Annotations map[string]string
}

// Of an object; nil where it says nothing, or what it says is about another object, as where it was copied. Argo CD has
// its Applications in a namespace, unless their names say otherwise.
func Of(object Object, argoCD string) *v1alpha1.Release {
	return cmp.Or(ofArgoCD(object, argoCD), ofFlux(object), ofHelm(object))
}

// trackingID says, on what Argo CD applies, whose it is: <application>:<group>/<kind>:<namespace>/<name>, where an
// Application of another namespace than Argo CD's own is <namespace>_<name>.
// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
const trackingID = "argocd.argoproj.io/tracking-id"

func ofArgoCD(object Object, argoCD string) *v1alpha1.Release {
	application, tracked, found := strings.Cut(object.Annotations[trackingID], ":")
	about := object.Kind.Group + "/" + object.Kind.Kind + ":" + object.Namespace + "/" + object.Name
	if !found || tracked != about {
		return nil
	}
	namespace, name, elsewhere := strings.Cut(application, "_")
	if !elsewhere {
		namespace, name = argoCD, application
	}
	return named(ArgoCD, namespace, name)
}

// ofFlux reads the labels that kustomize-controller puts on what it applies.
// https://fluxcd.io/flux/components/kustomize/kustomizations/
func ofFlux(object Object) *v1alpha1.Release {
	const label = "kustomize.toolkit.fluxcd.io/"
	return named(Flux, object.Labels[label+"namespace"], object.Labels[label+"name"])
}

// ofHelm reads the annotations that Helm puts on what it applies, to tell it from what another release has.
func ofHelm(object Object) *v1alpha1.Release {
	const annotation = "meta.helm.sh/release-"
	return named(Helm, object.Annotations[annotation+"namespace"], object.Annotations[annotation+"name"])
}

func named(source, namespace, name string) *v1alpha1.Release {
	full := namespace + "/" + name
	if namespace == "" || name == "" || strings.Count(full, "/") > 1 || len(full) > maxName {
		return nil
	}
	return &v1alpha1.Release{Source: source, Name: full}
}
