// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/ledger/store"
	"github.com/countersign-dev/countersign/internal/served"
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

// workloadKinds are the gated resources that run something, with their kinds.
func workloadKinds() []evidence.WorkloadKind {
	resources := workload.Resources(v1alpha1.GateWorkloads)
	all := make([]evidence.WorkloadKind, 0, len(resources))
	for _, resource := range resources {
		all = append(all, evidence.WorkloadKind{Resource: resource.Resource, Kind: kindOf(resource)})
	}
	return all
}

func workloadGVKs() []schema.GroupVersionKind {
	kinds := workloadKinds()
	all := make([]schema.GroupVersionKind, len(kinds))
	for i, kind := range kinds {
		all[i] = kind.Kind
	}
	return all
}

// ledgerKinds are the same, as the ledgers of images are seeded from them.
func ledgerKinds() []store.Kind {
	resources := workload.Resources(v1alpha1.GateWorkloads)
	all := make([]store.Kind, 0, len(resources))
	for _, resource := range resources {
		all = append(all, store.Kind{Resource: resource, Kind: kindOf(resource)})
	}
	return all
}

// kindOf a workload. All of them are at version v1.
func kindOf(workload schema.GroupResource) schema.GroupVersionKind {
	resource := workload.WithVersion("v1")
	return resource.GroupVersion().WithKind(kinds[resource])
}

// cacheOptions limit the cache to what the operator looks at: of workloads their digests, of generated objects its own,
// of Secrets, ConfigMaps and webhook configurations none but its own: the mapping of names and the ledgers of images.
func cacheOptions(certificate *certs.Serving, namespace string) cache.Options {
	byObject := controller.GeneratedObjects()
	ours := cache.ByObject{Label: labels.SelectorFromSet(controller.GuardLabels)}
	byObject[&admissionregistrationv1.ValidatingAdmissionPolicy{}] = ours
	byObject[&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}] = ours
	byObject[&corev1.ConfigMap{}] = cache.ByObject{Namespaces: map[string]cache.Config{
		namespace: evidence.WatchedIdentities(), metav1.NamespaceAll: store.Watched(),
	}}
	if certificate != nil {
		maps.Copy(byObject, certificate.Watched())
	} else {
		byObject[&admissionregistrationv1.ValidatingWebhookConfiguration{}] = cache.ByObject{
			Label: labels.SelectorFromSet(controller.ConfigurationLabels),
		}
		byObject[&admissionregistrationv1.MutatingWebhookConfiguration{}] = cache.ByObject{
			Field: fields.OneTermEqualSelector(metav1.ObjectNameField, controller.StampConfiguration),
		}
	}
	for _, resource := range workload.Resources(v1alpha1.GateWorkloads) {
		watched := &unstructured.Unstructured{}
		watched.SetGroupVersionKind(kindOf(resource))
		byObject[watched] = cache.ByObject{Transform: controller.Reduce(resource)}
	}
	return cache.Options{
		ByObject:                    byObject,
		DefaultTransform:            cache.TransformStripManagedFields(),
		ReaderFailOnMissingInformer: true,
	}
}

// gatedKinds are watched by a cache of their own; see controller.GatedKinds.
func gatedKinds(mgr ctrl.Manager, served *served.Kinds, clock clock.PassiveClock) (*controller.GatedKinds, error) {
	gated := &controller.GatedKinds{
		Mapper: mgr.GetRESTMapper(), Served: served, Reviews: mgr.GetClient(), Clock: clock,
	}
	var err error
	gated.Cache, err = cache.New(mgr.GetConfig(), cache.Options{
		HTTPClient: mgr.GetHTTPClient(), Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(),
		DefaultTransform: gated.Reduce, ReaderFailOnMissingInformer: true,
	})
	if err != nil {
		return nil, fmt.Errorf("make the cache of gated kinds: %w", err)
	}
	if err := mgr.Add(gated.Cache); err != nil {
		return nil, fmt.Errorf("add the cache of gated kinds: %w", err)
	}
	return gated, nil
}

// servedKinds asks the API server which kinds it serves.
func servedKinds(mgr ctrl.Manager, clock clock.PassiveClock) (*served.Kinds, error) {
	client, err := discovery.NewDiscoveryClientForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return nil, fmt.Errorf("make the discovery client: %w", err)
	}
	return &served.Kinds{Discovery: client, Resources: client, Clock: clock}, nil
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
