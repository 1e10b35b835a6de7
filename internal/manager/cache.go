// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/workload"
)

// kinds of the gated workloads.
var kinds = map[schema.GroupVersionResource]string{
	{Group: "apps", Version: "v1", Resource: "deployments"}:         "Deployment",
	{Group: "apps", Version: "v1", Resource: "statefulsets"}:        "StatefulSet",
	{Group: "apps", Version: "v1", Resource: "daemonsets"}:          "DaemonSet",
	{Group: "apps", Version: "v1", Resource: "replicasets"}:         "ReplicaSet",
	{Group: "apps", Version: "v1", Resource: "controllerrevisions"}: "ControllerRevision",
	{Group: "batch", Version: "v1", Resource: "jobs"}:               "Job",
	{Group: "batch", Version: "v1", Resource: "cronjobs"}:           "CronJob",
	{Version: "v1", Resource: "pods"}:                               "Pod",
	{Version: "v1", Resource: "replicationcontrollers"}:             "ReplicationController",
	{Version: "v1", Resource: "podtemplates"}:                       "PodTemplate",
}

// workloadKinds are the kinds of all gated resources.
func workloadKinds() []schema.GroupVersionKind {
	resources := workload.Resources()
	all := make([]schema.GroupVersionKind, 0, len(resources))
	for _, resource := range resources {
		all = append(all, resource.GroupVersion().WithKind(kinds[resource]))
	}
	return all
}

// cacheOptions limit the cache to what the operator looks at: of workloads their digests, of generated objects its own,
// of Secrets, ConfigMaps and webhook configurations none but its own.
func cacheOptions(certificate *certs.Serving, namespace string) cache.Options {
	byObject := controller.GeneratedObjects()
	maps.Copy(byObject, evidence.WatchedIdentities(namespace))
	if certificate != nil {
		maps.Copy(byObject, certificate.Watched())
	}
	for _, resource := range workload.Resources() {
		watched := &unstructured.Unstructured{}
		watched.SetGroupVersionKind(resource.GroupVersion().WithKind(kinds[resource]))
		byObject[watched] = cache.ByObject{Transform: controller.Reduce(resource.GroupResource())}
	}
	return cache.Options{
		ByObject:                    byObject,
		DefaultTransform:            cache.TransformStripManagedFields(),
		ReaderFailOnMissingInformer: true,
	}
}

// probeTimeout bounds a readiness check.
const probeTimeout = time.Second

var errCachesEmpty = errors.New("the caches have not been filled yet")

// cachesFilled is a readiness check.
func cachesFilled(caches cache.Cache) healthz.Checker {
	return func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), probeTimeout)
		defer cancel()
		if !caches.WaitForCacheSync(ctx) {
			return errCachesEmpty
		}
		return nil
	}
}
