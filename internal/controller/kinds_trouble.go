// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// trouble is why the changes of a resource cannot be let in and seen to enter; the zero trouble is none.
type trouble struct {
	// reason is one of the reasons of a policy's conditions.
	reason string
	// what is the matter, and the way out.
	what string
}

// watching is what the operator must be allowed to do with a resource.
var watching = []string{"get", "list", "watch"}

// trouble says what keeps a resource from being watched.
func (k *GatedKinds) trouble(ctx context.Context, resource schema.GroupResource) (trouble, error) {
	kind, err := k.Served.Preferred(resource)
	if meta.IsNoMatchError(err) {
		return notInstalled(resource), nil
	}
	if err != nil {
		return trouble{}, fmt.Errorf("find the kind of %s: %w", resource, err)
	}
	if !kind.Namespaced {
		return trouble{v1alpha1.ReasonResourceNotNamespaced, fmt.Sprintf("objects of %s are in no namespace, and so in no "+
			"environment; take the gate out, and keep the right to write them to those who run the cluster", resource)}, nil
	}
	missing, err := k.forbidden(ctx, resource)
	if err != nil || len(missing) == 0 {
		return trouble{}, err
	}
	return notWatched(resource, missing), nil
}

func notInstalled(resource schema.GroupResource) trouble {
	return trouble{v1alpha1.ReasonResourceNotInstalled, fmt.Sprintf("the API server knows no resource %s; install its "+
		"CRD, or correct the name, which is plural. Its objects are gated as soon as there can be any", resource)}
}

func notWatched(resource schema.GroupResource, missing []string) trouble {
	return trouble{v1alpha1.ReasonResourceNotWatched, fmt.Sprintf("the operator may not %s %s, and no change of them "+
		"gets in; add {apiGroups: [%s], resources: [%s], verbs: [get, list, watch]} to a ClusterRole with "+
		"label %s: \"true\", which is aggregated to ClusterRole countersign-gated-kinds",
		strings.Join(missing, ", "), resource, resource.Group, resource.Resource, v1alpha1.GatedKindsLabel)}
}

// forbidden are the verbs that the operator may not use on a resource, in all namespaces.
func (k *GatedKinds) forbidden(ctx context.Context, resource schema.GroupResource) ([]string, error) {
	var missing []string
	for _, verb := range watching {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Group: resource.Group, Resource: resource.Resource, Verb: verb,
			},
		}}
		if err := k.Reviews.Create(ctx, review); err != nil {
			return nil, fmt.Errorf("ask whether the operator may %s %s: %w", verb, resource, err)
		}
		if !review.Status.Allowed {
			missing = append(missing, verb)
		}
	}
	return missing, nil
}
