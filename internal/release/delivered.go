// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Key tells a release from all others; empty for none.
func Key(of *v1alpha1.Release) string {
	if of == nil {
		return ""
	}
	return of.Source + "/" + of.Name
}

// Application of Argo CD that a release is a sync of; empty for any other.
func Application(of *v1alpha1.Release) types.NamespacedName { return DeliveredBy(of, ArgoCD) }

// Kustomization of Flux that a release is of; empty for any other.
func Kustomization(of *v1alpha1.Release) types.NamespacedName { return DeliveredBy(of, Flux) }

// DeliveredBy is the object of a source that a release is named after; empty for a release of any other source.
func DeliveredBy(of *v1alpha1.Release, source string) types.NamespacedName {
	if of == nil || of.Source != source {
		return types.NamespacedName{}
	}
	namespace, name, found := strings.Cut(of.Name, "/")
	if !found {
		return types.NamespacedName{}
	}
	return types.NamespacedName{Namespace: namespace, Name: name}
}
