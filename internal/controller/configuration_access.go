// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// ReadConfiguration is the ClusterRole by which the operator reads ConfigMaps and Secrets, and the name of the
// RoleBindings to it.
const ReadConfiguration = "countersign-read-configuration"

// ConfigurationAccessReconciler lets the operator read ConfigMaps and Secrets in the namespaces where a policy has gate
// Configuration, and takes that back where none has.
type ConfigurationAccessReconciler struct {
	Client client.Client
	// Operator is the user name that the operator runs as.
	Operator string
}

// SetupWithManager registers the reconciler. It works on one namespace at a time.
func (r *ConfigurationAccessReconciler) SetupWithManager(mgr ctrl.Manager) error {
	own := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetName() == ReadConfiguration })
	return ctrl.NewControllerManagedBy(mgr).
		Named("configuration-access").
		For(&corev1.Namespace{}, builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Watches(&v1alpha1.PromotionPolicy{}, handler.EnqueueRequestsFromMapFunc(r.everywhere),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&rbacv1.RoleBinding{}, handler.EnqueueRequestsFromMapFunc(
			func(_ context.Context, binding client.Object) []reconcile.Request {
				return []reconcile.Request{{NamespacedName: client.ObjectKey{Name: binding.GetNamespace()}}}
			}), builder.WithPredicates(own)).
		Complete(r)
}

// everywhere are all environments: policies change seldom.
func (r *ConfigurationAccessReconciler) everywhere(ctx context.Context, _ client.Object) []reconcile.Request {
	var namespaces corev1.NamespaceList
	err := r.Client.List(ctx, &namespaces, client.HasLabels{v1alpha1.EnvironmentLabel}, client.UnsafeDisableDeepCopy)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list environments")
		return nil
	}
	requests := make([]reconcile.Request, len(namespaces.Items))
	for i := range namespaces.Items {
		requests[i].Name = namespaces.Items[i].Name
	}
	return requests
}

// Reconcile gives or takes access in one namespace.
func (r *ConfigurationAccessReconciler) Reconcile(
	ctx context.Context, key reconcile.Request,
) (reconcile.Result, error) {
	var namespace corev1.Namespace
	if err := r.Client.Get(ctx, key.NamespacedName, &namespace); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	needed, err := r.needed(ctx, namespace)
	if err != nil || namespace.DeletionTimestamp != nil {
		return reconcile.Result{}, err
	}
	var binding rbacv1.RoleBinding
	err = r.Client.Get(ctx, client.ObjectKey{Namespace: namespace.Name, Name: ReadConfiguration}, &binding)
	switch {
	case client.IgnoreNotFound(err) != nil:
		return reconcile.Result{}, fmt.Errorf("read RoleBinding %s: %w", ReadConfiguration, err)
	case err == nil && needed && r.same(binding):
	case err == nil:
		// Another one takes its place at the next look, as a binding cannot be given another role.
		return reconcile.Result{}, client.IgnoreNotFound(r.Client.Delete(ctx, &binding))
	case needed:
		return reconcile.Result{}, r.Client.Create(ctx, r.binding(namespace.Name))
	}
	return reconcile.Result{}, nil
}

// needed tells whether a policy of the namespace has the gate. A selector that cannot be read selects everything.
func (r *ConfigurationAccessReconciler) needed(ctx context.Context, namespace corev1.Namespace) (bool, error) {
	var policies v1alpha1.PromotionPolicyList
	if err := r.Client.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return false, fmt.Errorf("list policies: %w", err)
	}
	return slices.ContainsFunc(policies.Items, func(policy v1alpha1.PromotionPolicy) bool {
		matches, err := environment.Matches(namespace.Labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
			policy.Spec.NamespaceSelector)
		unreadable := err != nil && namespace.Labels[v1alpha1.EnvironmentLabel] == string(policy.Spec.Environment)
		return (matches || unreadable) && promotion.Has(policy, v1alpha1.GateConfiguration)
	}), nil
}

func (r *ConfigurationAccessReconciler) binding(namespace string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: ReadConfiguration,
			Labels: map[string]string{grants.ManagedByLabel: grants.ManagedBy},
		},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: r.Operator}},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: ReadConfiguration},
	}
}

func (r *ConfigurationAccessReconciler) same(stored rbacv1.RoleBinding) bool {
	wanted := r.binding(stored.Namespace)
	return equality.Semantic.DeepEqual(wanted.Subjects, stored.Subjects) && wanted.RoleRef == stored.RoleRef
}
