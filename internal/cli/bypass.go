// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/bypass"
)

const waysHelp = `List who could get round the gate in this cluster today, and through what, the most dangerous first.

It goes by RBAC: who is bound to rights with which somebody enters unasked, approves as another, or switches Countersign
off. What is open comes first. What RBAC gives and a guard in the API server takes away again comes after it: it opens
when that guard is gone. Control plane and operator are left out with their own rights; who could act as them is not.

You must be able to list RBAC, namespaces, admission policies, PipelineRoles and PromotionPolicies.`

const waysExample = `  # What is open
  kubectl countersign bypass

  # And what guards take away
  kubectl countersign bypass --guarded`

func newBypass(a *app) *cobra.Command {
	var guarded bool
	cmd := &cobra.Command{
		Use:     "bypass",
		Short:   "List who could get round the gate, and through what",
		Long:    waysHelp,
		Example: waysExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.bypass(cmd.Context(), guarded) },
	}
	cmd.Flags().BoolVar(&guarded, "guarded", false, "list what guards take away, too")
	return cmd
}

func (a *app) bypass(ctx context.Context, guarded bool) error {
	s, err := a.here()
	if err != nil {
		return err
	}
	cluster, err := s.rights(ctx)
	if err != nil {
		return err
	}
	return a.print(renderBypass(cluster, guarded))
}

// rights are all that a cluster says of who may do what. A part of it would hide somebody, so none may be missing.
func (s session) rights(ctx context.Context) (bypass.Cluster, error) {
	var clusterRoles rbacv1.ClusterRoleList
	var roles rbacv1.RoleList
	var clusterRoleBindings rbacv1.ClusterRoleBindingList
	var roleBindings rbacv1.RoleBindingList
	var guards admissionregistrationv1.ValidatingAdmissionPolicyList
	var guardBindings admissionregistrationv1.ValidatingAdmissionPolicyBindingList
	var webhooks admissionregistrationv1.ValidatingWebhookConfigurationList
	for what, list := range map[string]client.ObjectList{
		"ClusterRoles": &clusterRoles, "Roles": &roles, "ClusterRoleBindings": &clusterRoleBindings,
		"RoleBindings": &roleBindings, "ValidatingAdmissionPolicies": &guards,
		"ValidatingAdmissionPolicyBindings": &guardBindings, "ValidatingWebhookConfigurations": &webhooks,
	} {
		if err := s.client.List(ctx, list); err != nil {
			return bypass.Cluster{}, fmt.Errorf("list %s: %w", what, err)
		}
	}
	cluster := bypass.Cluster{
		ClusterRoles: clusterRoles.Items, Roles: roles.Items, ClusterRoleBindings: clusterRoleBindings.Items,
		RoleBindings: roleBindings.Items, Guards: bypass.InForce(guards.Items, guardBindings.Items),
		Asked: bypass.Asked(webhooks.Items),
	}
	return cluster, s.concerned(ctx, &cluster)
}

// concerned adds the namespaces and accounts that rights are worth something in.
func (s session) concerned(ctx context.Context, cluster *bypass.Cluster) error {
	var namespaces corev1.NamespaceList
	if err := s.client.List(ctx, &namespaces); err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	for _, ns := range namespaces.Items {
		cluster.Add(ns)
	}
	var policies v1alpha1.PromotionPolicyList
	if err := s.client.List(ctx, &policies); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	for _, policy := range policies.Items {
		for _, trusted := range policy.Spec.TrustedControllers {
			cluster.Trusted = append(cluster.Trusted, types.NamespacedName(trusted.ServiceAccount))
		}
	}
	var roles v1alpha1.PipelineRoleList
	if err := s.client.List(ctx, &roles); err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	for _, role := range roles.Items {
		for _, bot := range role.Spec.Bots {
			cluster.Bots = append(cluster.Bots, types.NamespacedName{Namespace: bot.Namespace, Name: bot.Name})
		}
	}
	return nil
}
