// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/served"
	"github.com/countersign-dev/countersign/internal/workload"
)

// GatedKinds are the kinds besides workloads whose objects are watched, to see their content enter: from when a policy
// first gates them, and they are installed, until the operator stops. They have a cache of their own: one of a kind
// that cannot be read must keep nothing else from being ready.
type GatedKinds struct {
	// Cache holds the objects, reduced; its DefaultTransform must be Reduce.
	Cache  cache.Cache
	Mapper meta.RESTMapper
	// Served tells in which version a custom kind is looked at.
	Served *served.Kinds
	// Reviews asks what the operator may watch. It writes nothing else.
	Reviews client.Client
	Clock   clock.PassiveClock

	// begin has a kind watched; nil as long as nobody would be told.
	begin func(watched client.Object) error

	mu        sync.Mutex
	resources map[schema.GroupVersionKind]schema.GroupResource
	watched   map[schema.GroupResource]watchedKind
}

// watchedKind is one of them.
type watchedKind struct {
	kind schema.GroupVersionKind
	// since when all that was there has been shown; zero before.
	since time.Time
}

// Reduce is the transform of the cache.
func (k *GatedKinds) Reduce(watched any) (any, error) {
	object, ok := watched.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("a %T was to be watched", watched)
	}
	k.mu.Lock()
	resource, known := k.resources[object.GroupVersionKind()]
	k.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("%s was to be watched, and nobody said what it is", object.GroupVersionKind())
	}
	return Reduce(resource)(object)
}

// Watch has the resources watched that are installed and may be read. It tells whether each of them has been shown.
func (k *GatedKinds) Watch(ctx context.Context, resources []schema.GroupResource) (all bool, err error) {
	k.mu.Lock()
	begin := k.begin
	k.mu.Unlock()
	if begin == nil {
		return false, nil
	}
	all = true
	for _, resource := range resources {
		kind, err := k.kindOf(resource)
		if meta.IsNoMatchError(err) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("find the kind of %s: %w", resource, err)
		}
		shown, err := k.watchAllowed(ctx, resource, kind, begin)
		if err != nil {
			return false, fmt.Errorf("watch %s: %w", resource, err)
		}
		all = all && shown
	}
	return all, nil
}

// watchAllowed has a kind watched that has been before, or that the operator may read now. An informer that is refused
// would ask again and again.
func (k *GatedKinds) watchAllowed(
	ctx context.Context, resource schema.GroupResource, kind schema.GroupVersionKind, begin func(client.Object) error,
) (bool, error) {
	if k.of(resource).kind != kind {
		missing, err := k.forbidden(ctx, resource)
		if err != nil || len(missing) > 0 {
			return false, err
		}
	}
	return k.watch(ctx, resource, kind, begin)
}

// kindOf a resource, in the version that the API server prefers now.
func (k *GatedKinds) kindOf(resource schema.GroupResource) (schema.GroupVersionKind, error) {
	if !workload.Custom(resource.Group) {
		return kindOf(k.Mapper, resource)
	}
	kind, err := k.Served.Preferred(resource)
	return kind.GroupVersionKind, err
}

// kindOf a resource, in the version that the API server preferred when it was first asked. The mapper takes the core
// group, without a version, for any group.
func kindOf(mapper meta.RESTMapper, resource schema.GroupResource) (schema.GroupVersionKind, error) {
	version := ""
	if resource.Group == "" {
		version = "v1"
	}
	return mapper.KindFor(resource.WithVersion(version))
}

// watch one kind, in the version that is preferred, and tell whether its objects have been shown. Where another one was
// before, that goes on being watched too.
func (k *GatedKinds) watch(
	ctx context.Context, resource schema.GroupResource, kind schema.GroupVersionKind, begin func(client.Object) error,
) (bool, error) {
	known, isNew := k.register(resource, kind)
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(known.kind)
	if isNew {
		if err := begin(object); err != nil {
			return false, err
		}
	}
	if !known.since.IsZero() {
		return true, nil
	}
	informer, err := k.Cache.GetInformer(ctx, object, cache.BlockUntilSynced(false))
	if err != nil || !informer.HasSynced() {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.watched[resource] = watchedKind{kind: known.kind, since: k.Clock.Now()}
	return true, nil
}

func (k *GatedKinds) register(resource schema.GroupResource, kind schema.GroupVersionKind) (watchedKind, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known, ok := k.watched[resource]; ok && known.kind == kind {
		return known, false
	}
	if k.watched == nil {
		k.watched = map[schema.GroupResource]watchedKind{}
		k.resources = map[schema.GroupVersionKind]schema.GroupResource{}
	}
	k.resources[kind], k.watched[resource] = resource, watchedKind{kind: kind}
	return k.watched[resource], true
}

// start lets kinds be watched from now on.
func (k *GatedKinds) start(begin func(watched client.Object) error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.begin = begin
}

// of is what is known of a resource; its time is zero where its objects have not been shown.
func (k *GatedKinds) of(resource schema.GroupResource) watchedKind {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.watched[resource]
}
