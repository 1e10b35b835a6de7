// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/internal/guards"
)

const (
	// GuardsConfigMap of the operator's namespace says which version of the guards is installed.
	GuardsConfigMap = "countersign-guards"
	// guardsVersion is the key in it.
	guardsVersion = "version"
	// guardsLook is how often to look again at what could not be restored, or is not to be.
	guardsLook = 10 * time.Second
	// guardsCalm is how often to look where all is as it should be: nobody tells of another version.
	guardsCalm = time.Minute
)

// GuardLabels are on the policies and bindings of Countersign.
var GuardLabels = map[string]string{
	"app.kubernetes.io/name": "countersign", "app.kubernetes.io/component": "policy",
}

// GuardReconciler puts back the guards in the API server that are missing or changed, and writes down that they were.
// It leaves them alone where another version of them is installed than it is shipped with: somebody is upgrading.
type GuardReconciler struct {
	Client client.Client
	// Live reads guards past the cache, with who wrote them.
	Live client.Reader
	Gaps *GuardGaps
	// Guards as they should be, and Version of them.
	Guards  []*unstructured.Unstructured
	Version string

	// left is the version of the guards that is left alone, and leftSince when it was installed; empty where none is.
	left      string
	leftSince time.Time
	// looked : all guards have been looked at once, so that one that is gone went just now.
	looked bool
}

// SetupWithManager registers the reconciler. All it is told of is one thing to do.
func (r *GuardReconciler) SetupWithManager(mgr ctrl.Manager) error {
	once := handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: client.ObjectKey{Name: GuardsConfigMap}}}
	})
	return ctrl.NewControllerManagedBy(mgr).
		Named("guards").
		Watches(&admissionregistrationv1.ValidatingAdmissionPolicy{}, once).
		Watches(&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}, once).
		Watches(&admissionregistrationv1.ValidatingWebhookConfiguration{}, once).
		Watches(&admissionregistrationv1.MutatingWebhookConfiguration{}, once).
		Complete(r)
}

// Reconcile looks at all guards.
func (r *GuardReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	stored, err := r.stored(ctx)
	if err != nil {
		return reconcile.Result{}, err
	}
	installed, err := r.installed(ctx)
	if err != nil {
		return reconcile.Result{}, err
	}
	others, err := r.others(ctx, installed)
	if err != nil || others {
		return reconcile.Result{RequeueAfter: guardsLook}, err
	}
	all := true
	for _, guard := range r.Guards {
		kept, err := r.keep(ctx, guard, stored[nameOf(guard)])
		if err != nil {
			return reconcile.Result{}, err
		}
		all = all && kept
	}
	r.looked = true
	if !all {
		return reconcile.Result{RequeueAfter: guardsLook}, nil
	}
	return reconcile.Result{RequeueAfter: guardsCalm}, nil
}

// keep a guard as it should be; false where the operator may not write it.
func (r *GuardReconciler) keep(ctx context.Context, guard, stored *unstructured.Unstructured) (bool, error) {
	var wrong []string
	if stored != nil {
		wrong = guards.Differs(guard, stored)
	}
	if stored != nil && len(wrong) == 0 {
		return true, r.Gaps.Restored(stored)
	}
	if err := r.began(guard, stored, wrong); err != nil {
		return false, err
	}
	err := r.write(ctx, guard, stored)
	switch {
	case apierrors.IsForbidden(err):
		logf.FromContext(ctx).Info("A guard is not as it should be, and the operator may not write it: apply config/policy",
			"guard", nameOf(guard), "reason", err.Error())
		return false, nil
	case err != nil:
		return false, fmt.Errorf("restore %s: %w", nameOf(guard), err)
	}
	return true, r.Gaps.Restored(guard)
}

// began writes down that a guard is not as it should be, once.
func (r *GuardReconciler) began(guard, stored *unstructured.Unstructured, wrong []string) error {
	if stored != nil {
		return r.Gaps.Changed(stored, wrong...)
	}
	since, reason := r.gone()
	return r.Gaps.Missing(guard, since, reason)
}

// gone : when a guard that is missing went, and that it did. One that was missing before the operator looked for the
// first time is so since it is not known when.
func (r *GuardReconciler) gone() (time.Time, string) {
	if !r.looked {
		return time.Time{}, "missing since before the operator came up"
	}
	return r.Gaps.Clock.Now(), "deleted"
}
