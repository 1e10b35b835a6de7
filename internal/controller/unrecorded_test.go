// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/index"
)

var workloadKindsOfTest = map[string]schema.GroupVersionKind{
	"deployments":            {Group: "apps", Version: "v1", Kind: "Deployment"},
	"statefulsets":           {Group: "apps", Version: "v1", Kind: "StatefulSet"},
	"daemonsets":             {Group: "apps", Version: "v1", Kind: "DaemonSet"},
	"replicasets":            {Group: "apps", Version: "v1", Kind: "ReplicaSet"},
	"controllerrevisions":    {Group: "apps", Version: "v1", Kind: "ControllerRevision"},
	"jobs":                   {Group: "batch", Version: "v1", Kind: "Job"},
	"cronjobs":               {Group: "batch", Version: "v1", Kind: "CronJob"},
	"pods":                   {Version: "v1", Kind: "Pod"},
	"replicationcontrollers": {Version: "v1", Kind: "ReplicationController"},
	"podtemplates":           {Version: "v1", Kind: "PodTemplate"},
}

// reducedTo is an object as the cache has it.
func reducedTo(resource, name, digest string, owned bool) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{appliedKey: []any{digest}}}
	if owned {
		object.Object[ownedKey] = true
	}
	object.SetGroupVersionKind(workloadKindsOfTest[resource])
	object.SetNamespace("shop")
	object.SetName(name)
	object.SetUID(types.UID(name))
	return object
}

func entered(name, digest, uid string) *v1alpha1.PromotionRequest {
	request := &v1alpha1.PromotionRequest{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
	request.Spec.Change.Digest = v1alpha1.Digest(digest)
	if uid != "" {
		request.Status.Entry = &v1alpha1.Entry{ObjectUID: uid}
	}
	return request
}

func kindsOfTest() []evidence.WorkloadKind {
	var kinds []evidence.WorkloadKind
	for resource, kind := range workloadKindsOfTest {
		kinds = append(kinds, evidence.WorkloadKind{Resource: resource, Kind: kind})
	}
	return kinds
}

// reducedCache knows namespaces, requests and reduced workloads.
func reducedCache(t *testing.T, objects ...client.Object) client.Client {
	t.Helper()
	kinds := runtime.NewScheme()
	kinds.AddKnownTypes(corev1.SchemeGroupVersion, &corev1.Namespace{}, &corev1.NamespaceList{})
	if err := v1alpha1.AddToScheme(kinds); err != nil {
		t.Fatal(err)
	}
	mapper := meta.NewDefaultRESTMapper(nil)
	for resource, kind := range workloadKindsOfTest {
		kinds.AddKnownTypeWithName(kind, &unstructured.Unstructured{})
		kinds.AddKnownTypeWithName(kind.GroupVersion().WithKind(kind.Kind+"List"), &unstructured.UnstructuredList{})
		plural := kind.GroupVersion().WithResource(resource)
		mapper.AddSpecific(kind, plural, plural, meta.RESTScopeNamespace)
	}
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	return fake.NewClientBuilder().WithScheme(kinds).WithRESTMapper(mapper).WithObjects(objects...).
		WithIndex(&v1alpha1.PromotionRequest{}, index.RequestByDigest, byDigest).
		WithIndex(&v1alpha1.PromotionRequest{}, index.RequestByObject, byDigest).Build()
}

// byDigest stands for both indexes.
func byDigest(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return []string{string(request.Spec.Change.Digest)}
}

func TestUnrecorded(t *testing.T) {
	elsewhere := reducedTo("deployments", "elsewhere", "none", false)
	elsewhere.SetNamespace("other")
	replaced := entered("d", "replaced", "replaced")
	replaced.Status.Entry.EndTime = &metav1.Time{Time: gapTime}
	c := reducedCache(t,
		entered("a", "approved", "recorded"), entered("c", "waiting", ""), replaced, elsewhere,
		reducedTo("deployments", "recorded", "approved", false), reducedTo("deployments", "waiting", "waiting", false),
		reducedTo("deployments", "new", "none", false), reducedTo("deployments", "replaced", "replaced", false),
		reducedTo("replicasets", "made", "none", true), reducedTo("cronjobs", "recorded", "none", false),
	)
	got, err := unrecorded(t.Context(), c, kindsOfTest(), map[string]bool{"shop": true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"shop/cronjobs/recorded", "shop/deployments/new", "shop/deployments/replaced", "shop/deployments/waiting",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what runs without a record: -want, +got:\n%s", diff)
	}
}
