// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"

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
	"github.com/countersign-dev/countersign/internal/grants"
)

// OwnAccessReconciler lets the operator do what a ClusterRole says in the namespaces where it has to, and takes that
// back where it need not any more: it binds the role to itself, by a RoleBinding of the same name.
type OwnAccessReconciler struct {
	Client client.Client
	// Operator is the user name that the operator runs as.
	Operator string
	// Role is the ClusterRole.
	Role string
	// Needed tells whether the operator has to in a namespace.
	Needed func(ctx context.Context, namespace corev1.Namespace) (bool, error)
}

// SetupWithManager registers the reconciler. It works on one namespace at a time.
func (r *OwnAccessReconciler) SetupWithManager(mgr ctrl.Manager) error {
	own := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetName() == r.Role })
	return ctrl.NewControllerManagedBy(mgr).
		Named("access-"+strings.TrimPrefix(r.Role, "countersign-")).
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
func (r *OwnAccessReconciler) everywhere(ctx context.Context, _ client.Object) []reconcile.Request {
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
func (r *OwnAccessReconciler) Reconcile(
	ctx context.Context, key reconcile.Request,
) (reconcile.Result, error) {
	var namespace corev1.Namespace
	if err := r.Client.Get(ctx, key.NamespacedName, &namespace); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	needed, err := r.Needed(ctx, namespace)
	if err != nil || namespace.DeletionTimestamp != nil {
		return reconcile.Result{}, err
	}
	var binding rbacv1.RoleBinding
	err = r.Client.Get(ctx, client.ObjectKey{Namespace: namespace.Name, Name: r.Role}, &binding)
	switch {
	case client.IgnoreNotFound(err) != nil:
		return reconcile.Result{}, fmt.Errorf("read RoleBinding %s: %w", r.Role, err)
	case err == nil && needed && r.same(binding):
	case err == nil:
		// Another one takes its place at the next look, as a binding cannot be given another role.
		return reconcile.Result{}, client.IgnoreNotFound(r.Client.Delete(ctx, &binding))
	case needed:
		return reconcile.Result{}, r.Client.Create(ctx, r.binding(namespace.Name))
	}
	return reconcile.Result{}, nil
}

func (r *OwnAccessReconciler) binding(namespace string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: r.Role,
			Labels: map[string]string{grants.ManagedByLabel: grants.ManagedBy},
		},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: r.Operator}},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: r.Role},
	}
}

func (r *OwnAccessReconciler) same(stored rbacv1.RoleBinding) bool {
	wanted := r.binding(stored.Namespace)
	return equality.Semantic.DeepEqual(wanted.Subjects, stored.Subjects) && wanted.RoleRef == stored.RoleRef
}
