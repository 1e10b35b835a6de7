// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// Method by which Argo CD stores an object.
type Method int

const (
	// Apply : as kubectl apply does.
	Apply Method = iota
	// ServerSideApply : as kubectl apply --server-side --force-conflicts does.
	ServerSideApply
	// Replace : as kubectl create and kubectl replace do.
	Replace
)

// FieldManager under which Argo CD applies.
const FieldManager = "argocd-controller"

// syncOptions are what an object says of how it is synced.
const syncOptions = "argocd.argoproj.io/sync-options"

// Target is an object that a sync stores, and how.
type Target struct {
	// Object as it is in the repository, with its namespace and the mark of its Application.
	Object *unstructured.Unstructured
	Method Method
	// Anew : what is stored under its name is deleted before.
	Anew bool
}

// planned is what is looked at of an Application to tell what its last sync stores.
type planned struct {
	Spec struct {
		Destination struct {
			Namespace string `json:"namespace"`
		} `json:"destination"`
	} `json:"spec"`
	Status struct {
		OperationState state      `json:"operationState"`
		Resources      []resource `json:"resources"`
		// Sync has the revisions that Argo CD has compared with.
		Sync syncOperation `json:"sync"`
	} `json:"status"`
}

func planOf(application map[string]any) (plan planned, err error) {
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(application, &plan); err != nil {
		return planned{}, fmt.Errorf("read the Application: %w", err)
	}
	return plan, nil
}

// Targets of the last sync of an Application, or of the one that runs. The manifests are what it renders to, as JSON,
// with hooks. Left out is what cannot be known before: hooks whose names are made up for each sync, and those that run
// because it fails. What it prunes is no target either; see PruningOf. What cannot be read is an error.
// https://github.com/argoproj/argo-cd/blob/v3.6.1/gitops-engine/pkg/sync/sync_context.go
func Targets(application map[string]any, manifests []string) ([]Target, error) {
	plan, err := planOf(application)
	if err != nil {
		return nil, err
	}
	objects, err := decode(manifests, plan.Spec.Destination.Namespace)
	if err != nil {
		return nil, err
	}
	var targets []Target
	for _, object := range objects {
		if plan.stores(object) {
			targets = append(targets, Target{
				Object: object, Method: method(object, plan.Status.OperationState.Operation.Sync.SyncOptions),
				Anew: runsAsHook(object) && deletedBefore(object),
			})
		}
	}
	return targets, nil
}

// decode manifests; what names no namespace goes into the given one. Of several of the same name Argo CD applies the
// last.
func decode(manifests []string, namespace string) ([]*unstructured.Unstructured, error) {
	objects := make([]*unstructured.Unstructured, 0, len(manifests))
	for _, manifest := range manifests {
		var content map[string]any
		if err := utiljson.Unmarshal([]byte(manifest), &content); err != nil {
			return nil, fmt.Errorf("read a manifest: %w", err)
		}
		object := &unstructured.Unstructured{Object: content}
		if object.GetNamespace() == "" {
			object.SetNamespace(namespace)
		}
		objects = append(slices.DeleteFunc(objects, func(other *unstructured.Unstructured) bool {
			return object.GetName() != "" && identify(other) == identify(object)
		}), object)
	}
	return objects, nil
}

// stores tells whether the sync does that with the object.
func (p planned) stores(object *unstructured.Unstructured) bool {
	order := p.Status.OperationState.Operation.Sync
	switch {
	case object.GetName() == "" || skips(object):
		return false
	case runsAsHook(object):
		return order.SyncStrategy.Apply == nil && len(order.Resources) == 0 && runsInSync(object)
	case !order.of(object):
		return false
	}
	return !slices.Contains(order.SyncOptions, "ApplyOutOfSyncOnly=true") ||
		!slices.ContainsFunc(p.Status.Resources, func(r resource) bool { return r.Status == "Synced" && r.is(object) })
}

// method by which a sync with the options stores the object.
func method(object *unstructured.Unstructured, options []string) Method {
	own := listed(object, syncOptions)
	asked := func(option string) bool { return slices.Contains(own, option) || slices.Contains(options, option) }
	switch {
	case asked("Replace=true"):
		return Replace
	case slices.Contains(own, "ServerSideApply=false"):
		return Apply
	case asked("ServerSideApply=true"):
		return ServerSideApply
	}
	return Apply
}
