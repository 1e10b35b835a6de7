// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

// ceiling is the aggregated ClusterRole with all that rules may give. The operator holds it and no more, so the API
// server refuses what exceeds it.
const ceiling = "countersign-ceiling"

// keepToCeiling leaves out the rules that exceed the ceiling: one that does would have the API server refuse them all,
// and what was taken out of the role would stay granted. Where there is no ceiling none is within it.
func (g *granting) keepToCeiling(ctx context.Context) error {
	if len(g.role.Spec.Rules) == 0 {
		return nil
	}
	if count := escalation.Count(g.role.Spec.Rules); count > escalation.Most {
		g.withhold("rules", "", fmt.Sprintf("they come to %d rights, and may come to %d", count, escalation.Most))
		g.role.Spec.Rules = nil
		return nil
	}
	var held rbacv1.ClusterRole
	if err := client.IgnoreNotFound(g.Client.Get(ctx, client.ObjectKey{Name: ceiling}, &held)); err != nil {
		return fmt.Errorf("read ClusterRole %s: %w", ceiling, err)
	}
	var within []v1alpha1.Rule
	for i, rule := range g.role.Spec.Rules {
		beyond := escalation.Beyond(escalation.Permitted([]v1alpha1.Rule{rule}), held.Rules)
		if len(beyond) == 0 {
			within = append(within, rule)
			continue
		}
		g.withhold(fmt.Sprintf("rules[%d]", i), "", tooHigh(beyond))
	}
	g.role.Spec.Rules = within
	return nil
}

// tooHigh says what is to be added to the ceiling.
func tooHigh(beyond []escalation.Right) string {
	return "ClusterRole " + ceiling + " does not hold: " + escalation.Some(beyond) + ". Countersign gives them once it " +
		"does; an administrator raises it with a ClusterRole labelled " +
		"countersign.dev/aggregate-to-ceiling=true, for example: kubectl create clusterrole ceiling-more --verb=" +
		beyond[0].Verb + " --resource=" + resourceFlag(beyond[0]) + nameFlag(beyond[0]) +
		" && kubectl label clusterrole ceiling-more countersign.dev/aggregate-to-ceiling=true"
}

func nameFlag(right escalation.Right) string {
	if right.Name == "" {
		return ""
	}
	return " --resource-name=" + right.Name
}

// resourceFlag is the resource as kubectl create clusterrole takes it: deployments.apps/scale.
func resourceFlag(right escalation.Right) string {
	resource, subresource, has := strings.Cut(right.Resource, "/")
	if right.Group != "" {
		resource += "." + right.Group
	}
	if has {
		resource += "/" + subresource
	}
	return resource
}
