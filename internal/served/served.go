// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package served says in which version the API server prefers a custom kind. Content has another digest in another
// version, so whoever judges it and whoever sees it stored must look at the same one. A REST mapper keeps what it was
// first told; just after a CRD was installed that may be a part of the versions only.
package served

import (
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/utils/clock"
)

// remembered is how long an answer of the API server is taken for the present one.
const remembered = time.Second

// Kind that objects of a resource have.
type Kind struct {
	schema.GroupVersionKind
	// Namespaced tells whether objects are in namespaces.
	Namespaced bool
}

// Kinds asks the API server, again after a moment.
type Kinds struct {
	Discovery discovery.ServerGroupsInterface
	Resources discovery.ServerResourcesInterface
	Clock     clock.PassiveClock

	mu    sync.Mutex
	known map[schema.GroupResource]answer
}

type answer struct {
	kind Kind
	at   time.Time
}

// Preferred is the kind of a resource, in the first of its group's versions that has it. Where none has, the error is
// one of those that meta.IsNoMatchError knows.
func (k *Kinds) Preferred(resource schema.GroupResource) (Kind, error) {
	k.mu.Lock()
	known, ok := k.known[resource]
	k.mu.Unlock()
	if ok && k.Clock.Since(known.at) < remembered {
		return known.kind, nil
	}
	kind, err := k.ask(resource)
	if err != nil {
		return Kind{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = map[schema.GroupResource]answer{}
	}
	k.known[resource] = answer{kind, k.Clock.Now()}
	return kind, nil
}

func (k *Kinds) ask(resource schema.GroupResource) (Kind, error) {
	groups, err := k.Discovery.ServerGroups()
	if err != nil {
		return Kind{}, fmt.Errorf("ask which groups are served: %w", err)
	}
	for _, version := range versions(groups, resource.Group) {
		list, err := k.Resources.ServerResourcesForGroupVersion(version.String())
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return Kind{}, fmt.Errorf("ask what is served in %s: %w", version, err)
		}
		if found, ok := find(list, resource.Resource); ok {
			return Kind{version.WithKind(found.Kind), found.Namespaced}, nil
		}
	}
	return Kind{}, &meta.NoResourceMatchError{PartialResource: resource.WithVersion("")}
}

// versions of a group, the preferred one first.
func versions(groups *metav1.APIGroupList, name string) []schema.GroupVersion {
	for _, group := range groups.Groups {
		if group.Name != name {
			continue
		}
		all := []schema.GroupVersion{{Group: name, Version: group.PreferredVersion.Version}}
		for _, version := range group.Versions {
			if version.Version != group.PreferredVersion.Version {
				all = append(all, schema.GroupVersion{Group: name, Version: version.Version})
			}
		}
		return all
	}
	return nil
}

func find(list *metav1.APIResourceList, name string) (metav1.APIResource, bool) {
	for _, resource := range list.APIResources {
		if resource.Name == name {
			return resource, true
		}
	}
	return metav1.APIResource{}, false
}
