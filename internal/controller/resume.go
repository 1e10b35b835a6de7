// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/release"
)

// syncLook is how often to look again at a delivery that runs.
const syncLook = 2 * time.Second

// ResumeReconciler has a delivery tool try again what the gate turned away, once all of it may enter: by itself the
// tool does not, or much later. It watches requests, and no object of the tool, so that it does nothing where that is
// not installed.
type ResumeReconciler struct {
	Client client.Client
	// Live reads the tool's objects, of which there is no cache.
	Live  client.Reader
	Audit *audit.Log
	Clock clock.PassiveClock
	Tool  Tool
}

// Tool is a delivery tool.
type Tool struct {
	// source of its releases.
	source string
	// kind of the objects that its releases are named after, and the resource.
	kind     schema.GroupVersionKind
	resource string
	// next is what to do about such an object, with what waits of its release.
	next next
}

// next is what to do about an object of a tool.
type next func(object map[string]any, waiting []v1alpha1.PromotionRequest, now time.Time) (resumption, error)

// resumption is what to do about a delivery.
type resumption struct {
	// patch to merge into the tool's object, so that it goes on; nil where there is nothing to do.
	patch map[string]any
	// requests that it goes on for.
	requests []string
	// later : it runs. What becomes of it has to be seen first.
	later bool
}

// SetupWithManager registers the reconciler.
func (r *ResumeReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named(strings.ToLower(r.Tool.kind.Kind)).
		Watches(&v1alpha1.PromotionRequest{}, handler.EnqueueRequestsFromMapFunc(deliveredBy(r.Tool.source))).
		Complete(r)
}

// deliveredBy maps a request to the object of a delivery tool that it came by.
func deliveredBy(source string) handler.MapFunc {
	return func(_ context.Context, object client.Object) []reconcile.Request {
		request, ok := object.(*v1alpha1.PromotionRequest)
		if !ok {
			return nil
		}
		by := release.DeliveredBy(request.Spec.Release, source)
		if by.Name == "" {
			return nil
		}
		return []reconcile.Request{{NamespacedName: by}}
	}
}

// releasedBy matches the requests that came by an object of a delivery tool.
func releasedBy(source string, by types.NamespacedName) client.MatchingFields {
	return client.MatchingFields{
		index.RequestByRelease: release.Key(&v1alpha1.Release{Source: source, Name: by.String()}),
	}
}

// Reconcile looks at one object of the tool.
func (r *ResumeReconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	waiting, err := r.waiting(ctx, req.NamespacedName)
	if err != nil || len(waiting) == 0 {
		return reconcile.Result{}, err
	}
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(r.Tool.kind)
	err = r.Live.Get(ctx, req.NamespacedName, object)
	if meta.IsNoMatchError(err) {
		return reconcile.Result{}, nil
	}
	if err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	next, err := r.Tool.next(object.Object, waiting, r.Clock.Now())
	if err != nil {
		logf.FromContext(ctx).Error(err, "Could not read the last delivery, so that it is not resumed")
		return reconcile.Result{}, nil
	}
	if next.later {
		return reconcile.Result{RequeueAfter: syncLook}, nil
	}
	if next.patch == nil {
		return reconcile.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: syncLook}, r.resume(ctx, object, next)
}

// waiting are the requests of a release that have not been let in, if one of them may be.
func (r *ResumeReconciler) waiting(
	ctx context.Context, by types.NamespacedName,
) (waiting []v1alpha1.PromotionRequest, err error) {
	var list v1alpha1.PromotionRequestList
	released := releasedBy(r.Tool.source, by)
	if err := r.Client.List(ctx, &list, released, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the requests of %s: %w", by, err)
	}
	ready := false
	for _, request := range list.Items {
		if request.Status.Admission == nil {
			waiting = append(waiting, request)
			ready = ready || meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady)
		}
	}
	if !ready {
		return nil, nil
	}
	return waiting, nil
}

// resume has the delivery go on, unless the object has changed since it was read.
func (r *ResumeReconciler) resume(ctx context.Context, object *unstructured.Unstructured, next resumption) error {
	version := object.GetResourceVersion()
	if err := unstructured.SetNestedField(next.patch, version, "metadata", "resourceVersion"); err != nil {
		return fmt.Errorf("write down what goes on: %w", err)
	}
	patch, err := json.Marshal(next.patch)
	if err != nil {
		return fmt.Errorf("write down what goes on: %w", err)
	}
	if err := r.Client.Patch(ctx, object, client.RawPatch(types.MergePatchType, patch)); err != nil {
		return fmt.Errorf("resume the delivery: %w", err)
	}
	r.Audit.Record(audit.Event{
		Type: audit.SyncResumed, Namespace: object.GetNamespace(),
		Object:  audit.Object{Group: r.Tool.kind.Group, Resource: r.Tool.resource, Name: object.GetName()},
		Reasons: []string{"may enter: " + strings.Join(next.requests, ", ")},
	})
	return nil
}
