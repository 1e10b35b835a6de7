// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"fmt"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Checker holds roles against the rights of their authors.
type Checker struct {
	// Reviews creates SubjectAccessReviews.
	Reviews client.Writer
	// Live reads the ClusterRoles of the capabilities.
	Live client.Reader
	// Cache lists policies and namespaces.
	Cache client.Reader
}

const (
	verbBind     = "bind"
	verbEscalate = "escalate"
	verbApprove  = "approve"
	all          = "*"
)

func (c Checker) ask(user authenticationv1.UserInfo) *questions {
	return &questions{reviews: c.Reviews, user: user}
}

// Lacking lists what of the role the user may not give in the namespaces; nothing where they may give all.
func (c Checker) Lacking(
	ctx context.Context, user authenticationv1.UserInfo, role *v1alpha1.PipelineRole, namespaces []string,
) ([]Lack, error) {
	q := c.ask(user)
	for _, right := range []escalation.Right{onRole(verbEscalate, role), {Verb: all, Group: all, Resource: all}} {
		if held, err := q.holds(ctx, "", right); err != nil || held {
			return nil, err
		}
	}
	gated, err := c.gated(ctx)
	if err != nil {
		return nil, err
	}
	var lacks []Lack
	for _, grant := range grants.Grants(role) {
		given := slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool {
			return !grant.Holds(namespace, gated)
		})
		if len(given) == 0 && len(namespaces) > 0 {
			continue
		}
		found, err := c.lackingGrant(ctx, q, role, grant, given)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", grant, err)
		}
		lacks = append(lacks, found...)
	}
	return lacks, nil
}

// gated are the namespaces in which gates are in force.
func (c Checker) gated(ctx context.Context) (grants.Gated, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := c.Cache.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	var namespaces corev1.NamespaceList
	if err := c.Cache.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	return grants.GatedBy(policies.Items, namespaces.Items), nil
}
