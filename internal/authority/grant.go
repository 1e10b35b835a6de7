// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/grants"
)

// lackingGrant asks about all namespaces at once first, which most who may give anything hold.
func (c Checker) lackingGrant(
	ctx context.Context, q *questions, role *v1alpha1.PipelineRole, grant grants.Grant, namespaces []string,
) ([]Lack, error) {
	if grant.Capability == v1alpha1.CapabilityApprove {
		return c.lackingApprove(ctx, q, role, grant)
	}
	rights, err := c.rights(ctx, role, grant)
	if err != nil {
		return nil, err
	}
	if rights, err = q.lackingIn(ctx, "", grant, rights); err != nil {
		return nil, err
	}
	var lacks []Lack
	for _, namespace := range namespaces {
		if len(rights) == 0 {
			break
		}
		lacking, err := q.lackingIn(ctx, namespace, grant, rights)
		if err != nil {
			return nil, err
		}
		if len(lacking) > 0 {
			lacks = append(lacks, Lack{Grant: grant, Namespace: namespace, Rights: lacking})
		}
	}
	return lacks, nil
}

// lackingIn is what the user lacks for a grant in a namespace. Verb bind on the ClusterRole is enough, as for whoever
// writes the RoleBinding by hand.
func (q *questions) lackingIn(
	ctx context.Context, namespace string, grant grants.Grant, rights []escalation.Right,
) ([]escalation.Right, error) {
	if grant.Capability != "" {
		bind := escalation.Right{
			Verb: verbBind, Group: rbacv1.GroupName, Resource: "clusterroles", Name: grant.ClusterRole(),
		}
		if held, err := q.holds(ctx, namespace, bind); err != nil || held {
			return nil, err
		}
	}
	return q.lacking(ctx, namespace, rights)
}

// rights that a grant comes to. A capability gives what its ClusterRole holds by now.
func (c Checker) rights(
	ctx context.Context, role *v1alpha1.PipelineRole, grant grants.Grant,
) ([]escalation.Right, error) {
	if grant.Capability == "" && escalation.Count(role.Spec.Rules) > escalation.Most {
		return nil, ErrTooMany
	}
	if grant.Capability == "" {
		return escalation.Rights(escalation.Permitted(role.Spec.Rules)), nil
	}
	var shipped rbacv1.ClusterRole
	if err := c.Live.Get(ctx, client.ObjectKey{Name: grant.ClusterRole()}, &shipped); err != nil {
		return nil, fmt.Errorf("read ClusterRole %s: %w", grant.ClusterRole(), err)
	}
	return escalation.Rights(shipped.Rules), nil
}
