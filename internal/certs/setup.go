// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// FieldOwner owns the caBundle and the Secret's data.
const FieldOwner = client.FieldOwner("countersign-certificates")

// retryDelay is how long the leader waits before it tries again what failed once. It waits longer each time.
const retryDelay = 50 * time.Millisecond

// SetupWithManager has a manager whose cache is limited by Watched keep the certificates: every replica loads what the
// leader issues. Where somebody else changes what API servers trust, that goes on record with gaps. It is called once.
func (s *Serving) SetupWithManager(mgr ctrl.Manager, gaps Gaps) error {
	s.cache = mgr.GetCache()
	if err := s.setupLoader(mgr); err != nil {
		return fmt.Errorf("set up certificate loader: %w", err)
	}
	if err := s.setupRotator(mgr, gaps); err != nil {
		return fmt.Errorf("set up certificate rotator: %w", err)
	}
	return nil
}

// setupLoader watches the configurations too, though nothing is loaded from them: the health check of every replica
// reads them from the cache.
func (s *Serving) setupLoader(mgr ctrl.Manager) error {
	b := ctrl.NewControllerManagedBy(mgr).
		Named("certificate-loader").
		Watches(&corev1.Secret{}, s.enqueue()).
		WithOptions(controller.Options{NeedLeaderElection: new(false)})
	for _, configuration := range s.options.configurations() {
		b = b.Watches(configuration, handler.Funcs{})
	}
	return b.Complete(loader{serving: s})
}

func (s *Serving) setupRotator(mgr ctrl.Manager, gaps Gaps) error {
	b := ctrl.NewControllerManagedBy(mgr).
		Named("certificate-rotator").
		WatchesRawSource(source.Func(s.enqueueOnce)).
		Watches(&corev1.Secret{}, s.enqueue()).
		WithOptions(controller.Options{RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](
			retryDelay, s.options.Settle)})
	for _, configuration := range s.options.configurations() {
		b = b.Watches(configuration, s.enqueue())
	}
	return b.Complete(&rotator{serving: s, live: mgr.GetAPIReader(), writer: mgr.GetClient(), gaps: gaps})
}

// request stands for all there is to do: there is one Secret.
func (s *Serving) request() ctrl.Request { return ctrl.Request{NamespacedName: s.options.secretKey()} }

func (s *Serving) enqueue() handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []ctrl.Request {
		return []ctrl.Request{s.request()}
	})
}

// enqueueOnce makes a start where nothing exists yet that could be watched.
func (s *Serving) enqueueOnce(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
	queue.Add(s.request())
	return nil
}
