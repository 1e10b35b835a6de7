// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/separation"
)

// GeneratedObjects narrows the manager's cache to what the operator makes, so that a cluster's other RoleBindings and
// service accounts cost nothing, and to the ceiling of what it may give.
func GeneratedObjects() map[client.Object]cache.ByObject {
	managed := labels.SelectorFromSet(labels.Set(generated))
	sharing := &shared{last: map[string]*rbacv1.RoleBinding{}}
	return map[client.Object]cache.ByObject{
		&rbacv1.RoleBinding{}:    {Label: managed, Transform: sharing.transform},
		&rbacv1.Role{}:           {Label: managed},
		&corev1.ServiceAccount{}: {Label: managed},
		&rbacv1.ClusterRole{}:    {Field: fields.OneTermEqualSelector(metav1.ObjectNameField, ceiling)},
	}
}

// generated selects what the operator makes.
var generated = client.MatchingLabels{grants.ManagedByLabel: grants.ManagedBy}

const (
	// rolesAtOnce is how many roles are worked on at the same time.
	rolesAtOnce = 4

	// firstRetry and lastRetry bound the time between attempts after an error. The last is short, because a membership
	// may end while another namespace refuses a write.
	firstRetry = 5 * time.Millisecond
	lastRetry  = 4 * time.Second
)

// SetupWithManager starts the reconciler with the manager. It is told of every change to a role, to a generated object,
// to what decides where a role holds, and to the ceiling.
func (r *PipelineRoleReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.PipelineRole{}).
		Watches(&v1alpha1.PipelineRole{}, handler.EnqueueRequestsFromMapFunc(r.conflictingWith)).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(r.conflictedHolder)).
		Watches(&v1alpha1.Approval{}, handler.EnqueueRequestsFromMapFunc(r.conflictedHolder)).
		Watches(&corev1.ConfigMap{}, handler.EnqueueRequestsFromMapFunc(r.inConflict),
			builder.WithPredicates(predicate.Not(isLedger))).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.rolesFor),
			builder.WithPredicates(predicate.LabelChangedPredicate{})).
		Watches(&v1alpha1.PromotionPolicy{}, handler.EnqueueRequestsFromMapFunc(r.rolesUnder)).
		Watches(&rbacv1.RoleBinding{}, handler.EnqueueRequestsFromMapFunc(roleOfGenerated)).
		Watches(&rbacv1.Role{}, handler.EnqueueRequestsFromMapFunc(roleOfGenerated)).
		Watches(&corev1.ServiceAccount{}, handler.EnqueueRequestsFromMapFunc(roleOfAccount)).
		Watches(&rbacv1.ClusterRole{}, handler.EnqueueRequestsFromMapFunc(r.rolesWithRules)).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: rolesAtOnce,
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](
				firstRetry, lastRetry),
		}).
		Complete(r)
}

// rolesFor lists the roles that hold in a namespace or have a bot in it. Of a changed namespace it is asked twice, once
// as it was before.
func (r *PipelineRoleReconciler) rolesFor(ctx context.Context, namespace client.Object) []reconcile.Request {
	return r.rolesWhere(ctx, func(role *v1alpha1.PipelineRole) bool { return concerns(role, namespace) })
}

// rolesWithRules lists the roles that a change of the ceiling concerns.
func (r *PipelineRoleReconciler) rolesWithRules(ctx context.Context, _ client.Object) []reconcile.Request {
	return r.rolesWhere(ctx, func(role *v1alpha1.PipelineRole) bool { return len(role.Spec.Rules) > 0 })
}

// rolesUnder lists the roles whose grants a policy's gates decide about. Of a changed policy it is asked twice, once as
// it was before.
func (r *PipelineRoleReconciler) rolesUnder(ctx context.Context, changed client.Object) []reconcile.Request {
	policy, ok := changed.(*v1alpha1.PromotionPolicy)
	if !ok {
		return nil
	}
	return r.rolesWhere(ctx, func(role *v1alpha1.PipelineRole) bool {
		return slices.Contains(role.Spec.Environments, policy.Spec.Environment) &&
			slices.Contains(role.Spec.Capabilities, v1alpha1.CapabilityDeploy)
	})
}

// conflictingWith lists the roles that conflict with a changed one.
func (r *PipelineRoleReconciler) conflictingWith(ctx context.Context, changed client.Object) []reconcile.Request {
	role, ok := changed.(*v1alpha1.PipelineRole)
	if !ok {
		return nil
	}
	return r.rolesWhere(ctx, func(other *v1alpha1.PipelineRole) bool { return separation.Conflict(role, other) })
}

// inConflict lists the roles that name others which nobody may hold too, for a mapping that joins other names now.
func (r *PipelineRoleReconciler) inConflict(ctx context.Context, _ client.Object) []reconcile.Request {
	return r.rolesWhere(ctx, func(role *v1alpha1.PipelineRole) bool { return len(role.Spec.ConflictsWith) > 0 })
}

// conflictedHolder lists the roles that whoever asked or decided holds together with a conflicting one.
func (r *PipelineRoleReconciler) conflictedHolder(ctx context.Context, record client.Object) []reconcile.Request {
	var roles v1alpha1.PipelineRoleList
	if err := r.Client.List(ctx, &roles, client.UnsafeDisableDeepCopy); err != nil {
		logf.FromContext(ctx).Error(err, "Could not list the roles of a user", "record", record.GetName())
		return nil
	}
	people, err := r.people(ctx)
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not read the names of a user", "record", record.GetName())
		return nil
	}
	user, now := whoseRecord(record), r.Clock.Now()
	var requests []reconcile.Request
	for i := range roles.Items {
		if separation.OtherHeld(people, &roles.Items[i], roles.Items, user, now) != "" {
			requests = append(requests, requestFor(roles.Items[i].Name)...)
		}
	}
	return requests
}

func whoseRecord(record client.Object) v1alpha1.UserReference {
	switch record := record.(type) {
	case *v1alpha1.PromotionRequest:
		return record.Spec.Requester
	case *v1alpha1.Approval:
		return record.Spec.Approver
	}
	return v1alpha1.UserReference{}
}

func (r *PipelineRoleReconciler) rolesWhere(
	ctx context.Context, wanted func(*v1alpha1.PipelineRole) bool,
) []reconcile.Request {
	var roles v1alpha1.PipelineRoleList
	if err := r.Client.List(ctx, &roles, client.UnsafeDisableDeepCopy); err != nil {
		logf.FromContext(ctx).Error(err, "Could not list the roles that a change concerns")
		return nil
	}
	var requests []reconcile.Request
	for i := range roles.Items {
		if wanted(&roles.Items[i]) {
			requests = append(requests, requestFor(roles.Items[i].Name)...)
		}
	}
	return requests
}

// concerns tells whether a role holds in a namespace or has a bot in it. A selector that cannot be read selects
// nothing, here as in what the role grants.
func concerns(role *v1alpha1.PipelineRole, namespace client.Object) bool {
	holds, err := environment.Matches(namespace.GetLabels(), role.Spec.Environments, role.Spec.NamespaceSelector)
	return err == nil && holds || slices.ContainsFunc(role.Spec.Bots, func(bot v1alpha1.Bot) bool {
		return bot.Namespace == namespace.GetName()
	})
}

// roleOfGenerated goes by the name, which nobody can edit.
func roleOfGenerated(_ context.Context, object client.Object) []reconcile.Request {
	return requestFor(grants.RoleOf(object.GetName()))
}

func roleOfAccount(_ context.Context, account client.Object) []reconcile.Request {
	return requestFor(account.GetLabels()[grants.RoleLabel])
}

func requestFor(role string) []reconcile.Request {
	if role == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: role}}}
}
