// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"testing"
	"time"

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
func reducedTo(resource, name, digest string, more ...func(*unstructured.Unstructured)) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{appliedKey: []any{digest}, objectKey: []any{name}}}
	object.SetGroupVersionKind(workloadKindsOfTest[resource])
	object.SetNamespace("shop")
	object.SetName(name)
	object.SetUID(types.UID(name))
	object.SetCreationTimestamp(metav1.NewTime(gapTime.Add(-time.Hour)))
	for _, edit := range more {
		edit(object)
	}
	return object
}

// ownedBy another object, with its name for a UID.
func ownedBy(apiVersion, kind, name string) func(*unstructured.Unstructured) {
	return func(object *unstructured.Unstructured) {
		object.SetOwnerReferences([]metav1.OwnerReference{{
			APIVersion: apiVersion, Kind: kind, Name: name, UID: types.UID(name), Controller: new(true),
		}})
	}
}

func imaged(images ...string) func(*unstructured.Unstructured) {
	return func(object *unstructured.Unstructured) {
		var all []any
		for _, image := range images {
			all = append(all, image)
		}
		object.Object[imagesKey] = all
	}
}

func idle(object *unstructured.Unstructured) { object.Object[idleKey] = true }

func madeAt(at time.Time) func(*unstructured.Unstructured) {
	return func(object *unstructured.Unstructured) { object.SetCreationTimestamp(metav1.NewTime(at)) }
}

func deletedAt(at time.Time) func(*unstructured.Unstructured) {
	return func(object *unstructured.Unstructured) {
		object.SetDeletionTimestamp(&metav1.Time{Time: at})
		object.SetFinalizers([]string{"example.com/hold"})
	}
}

// inGrace is a Pod that was deleted, and may run on for a year.
func inGrace(at time.Time) func(*unstructured.Unstructured) {
	const year = 365 * 24 * time.Hour
	return func(object *unstructured.Unstructured) {
		deletedAt(at.Add(year))(object)
		object.SetDeletionGracePeriodSeconds(new(int64(year / time.Second)))
	}
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
		WithIndex(&v1alpha1.PromotionRequest{}, index.RequestByObject, byName).Build()
}

func byName(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return []string{request.Spec.Change.Name}
}

func byDigest(object client.Object) []string {
	request, ok := object.(*v1alpha1.PromotionRequest)
	if !ok {
		return nil
	}
	return []string{string(request.Spec.Change.Digest)}
}

func TestUnrecorded(t *testing.T) {
	elsewhere := reducedTo("deployments", "elsewhere", "none")
	elsewhere.SetNamespace("other")
	replaced := entered("d", "replaced", "replaced")
	replaced.Status.Entry.EndTime = &metav1.Time{Time: gapTime}
	c := reducedCache(t,
		entered("a", "approved", "recorded"), entered("c", "waiting", ""), replaced, elsewhere,
		reducedTo("deployments", "recorded", "approved"), reducedTo("deployments", "waiting", "waiting"),
		reducedTo("deployments", "new", "none"), reducedTo("deployments", "replaced", "replaced"),
		reducedTo("cronjobs", "recorded", "none"),
	)
	look := survey{Client: c, kinds: kindsOfTest(), now: gapTime}
	got, _, err := look.unrecorded(t.Context(), shopOfTest())
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

func shopOfTest() []corev1.Namespace {
	return []corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{
		Name: "shop", Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
	}}}
}

// TestUnrecordedOwned: who owns an object, or is said to, accounts for it only where a controller makes such objects of
// that one, and where it runs nothing else.
func TestUnrecordedOwned(t *testing.T) {
	web, evil := imaged("web:2"), imaged("web:2", "evil:1")
	ofWeb := func(resource string, more ...func(*unstructured.Unstructured)) *unstructured.Unstructured {
		return reducedTo(resource, "it", "none", append(more, ownedBy("apps/v1", "Deployment", "web"))...)
	}
	ofSet := func(resource string, more ...func(*unstructured.Unstructured)) *unstructured.Unstructured {
		return reducedTo(resource, "it", "none", append(more, ownedBy("apps/v1", "StatefulSet", "set"))...)
	}
	foreign := reducedTo("deployments", "foreign", "none", web)
	foreign.SetNamespace("other")
	there := []client.Object{
		reducedTo("deployments", "web", "approved", web), entered("now", "approved", "web"),
		reducedTo("statefulsets", "set", "set", web), entered("set", "set", "set"), foreign,
	}
	former := entered("before", "former", "web")
	former.Spec.Change.Operation, former.Spec.Change.Images = v1alpha1.OperationApply, []string{"web:1"}
	former.Spec.Change.Name = "web"
	cases := map[string]struct {
		reason string
		object *unstructured.Unstructured
		more   []client.Object
		policy v1alpha1.PromotionPolicySpec
		want   bool
	}{
		"Made":     {reason: "the controller made it", object: ofWeb("replicasets", web)},
		"Revision": {reason: "it runs nothing by itself", object: ofSet("controllerrevisions", evil)},
		"Pod":      {reason: "the controller made it", object: ofSet("pods", web)},
		"OtherImage": {
			reason: "it was let in with none of that", object: ofWeb("replicasets", evil), want: true,
		},
		"Adopted": {reason: "a controller adopts what has its labels", object: ofSet("pods", evil), want: true},
		"Former": {
			reason: "the Deployment entered with it before", object: ofWeb("replicasets", imaged("web:1")),
			more: []client.Object{former},
		},
		"Unheard": {
			reason: "the Deployment never entered with it", object: ofWeb("replicasets", imaged("web:0")),
			more: []client.Object{former}, want: true,
		},
		"Idle":      {reason: "from zero is gated", object: ofWeb("replicasets", imaged("web:0"), idle)},
		"WrongKind": {reason: "no Deployment makes Pods", object: ofWeb("pods", web), want: true},
		"Itself":    {reason: "no Deployment makes Deployments", object: ofWeb("deployments", web), want: true},
		"MadeUp": {
			reason: "a ConfigMap makes nothing", want: true,
			object: reducedTo("pods", "it", "none", web, ownedBy("v1", "ConfigMap", "boss")),
		},
		"Gone": {
			reason: "there is no such owner", want: true,
			object: reducedTo("pods", "it", "none", web, ownedBy("apps/v1", "ReplicaSet", "gone")),
		},
		"Elsewhere": {
			reason: "an owner is in the same namespace", want: true,
			object: reducedTo("replicasets", "it", "none", web, ownedBy("apps/v1", "Deployment", "foreign")),
		},
		"Injected": {
			reason: "the policy says that a mesh does that", object: ofSet("pods", evil),
			policy: v1alpha1.PromotionPolicySpec{Ledger: v1alpha1.Ledger{Injected: []string{"evil:1"}}},
		},
		"Trusted": {
			reason: "the policy trusts the controller of that kind with it", policy: trusting("quay.io/web"),
			object: reducedTo("replicasets", "it", "none", imaged("quay.io/web:1"),
				ownedBy("argoproj.io/v1alpha1", "Rollout", "rollout")),
		},
		"Distrusted": {
			reason: "it does not with that", policy: trusting("quay.io/web"), want: true,
			object: reducedTo("replicasets", "it", "none", imaged("quay.io/evil:1"),
				ownedBy("argoproj.io/v1alpha1", "Rollout", "rollout")),
		},
		"OfOther": {
			reason: "it does not for that owner", policy: trusting("quay.io/web"), want: true,
			object: reducedTo("replicasets", "it", "none", imaged("quay.io/web:1"), ownedBy("v1", "ConfigMap", "boss")),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}, Spec: tc.policy}
			policy.Spec.Environment = "production"
			c := reducedCache(t, slices.Concat(there, tc.more, []client.Object{policy, tc.object})...)
			look := survey{Client: c, kinds: kindsOfTest(), now: gapTime}
			got, _, err := look.unrecorded(t.Context(), shopOfTest())
			if err != nil || (len(got) > 0) != tc.want {
				t.Errorf("listed: %v (%v); %s", got, err, tc.reason)
			}
		})
	}
}

func trusting(repository string) v1alpha1.PromotionPolicySpec {
	return v1alpha1.PromotionPolicySpec{TrustedControllers: []v1alpha1.TrustedController{{
		ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "argo-rollouts", Name: "argo-rollouts"},
		Resources:      []string{"replicasets"}, Repositories: []string{repository},
		OwnerKinds: []v1alpha1.OwnerKind{{Group: "argoproj.io", Kind: "Rollout"}},
	}}}
}

// TestUnrecordedLater: what is only on its way into the cache, or out of the cluster, is not listed yet.
func TestUnrecordedLater(t *testing.T) {
	owned := ownedBy("apps/v1", "ReplicaSet", "gone")
	cases := map[string]struct {
		reason     string
		edit       func(*unstructured.Unstructured)
		want, more bool
	}{
		"JustMade": {
			"its owner may not have been shown",
			func(o *unstructured.Unstructured) { owned(o); madeAt(gapTime)(o) }, false, true,
		},
		"JustBare":   {"nobody made it", madeAt(gapTime), true, false},
		"Leaving":    {"it is being deleted", deletedAt(gapTime.Add(-leaving + time.Second)), false, false},
		"StillThere": {"it runs on", deletedAt(gapTime.Add(-leaving)), true, false},
		"Grace":      {"it is being deleted", inGrace(gapTime.Add(-leaving + time.Second)), false, false},
		"LongGrace":  {"who deleted it chose how long it runs on", inGrace(gapTime.Add(-leaving)), true, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			look := survey{
				Client: reducedCache(t, reducedTo("pods", "it", "none", tc.edit)), kinds: kindsOfTest(), now: gapTime,
				patience: unrecordedPatience,
			}
			got, more, err := look.unrecorded(t.Context(), shopOfTest())
			if err != nil || (len(got) > 0) != tc.want || more != tc.more {
				t.Errorf("listed: %v, more: %t (%v); %s", got, more, err, tc.reason)
			}
		})
	}
}

// TestUnrecordedInGap: of what was made while nobody was asked, no more is believed than that a controller makes such
// objects of those that are there, of these images.
func TestUnrecordedInGap(t *testing.T) {
	began := gapTime.Add(-10 * time.Minute)
	of := func(resource, apiVersion, kind string, images ...string) *unstructured.Unstructured {
		return reducedTo(resource, "it", "none", imaged(images...), ownedBy(apiVersion, kind, "set"))
	}
	policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}, Spec: trusting("quay.io/web")}
	policy.Spec.Environment = "production"
	set := reducedTo("statefulsets", "set", "set", imaged("web:2"))
	cases := map[string]struct {
		reason string
		object *unstructured.Unstructured
		edit   func(*unstructured.Unstructured)
		made   time.Time
		want   bool
	}{
		"Made": {"the controller made it", of("pods", "apps/v1", "StatefulSet", "web:2"), nil, began, false},
		"Trusted": {
			"nobody was asked who made it", of("replicasets", "argoproj.io/v1alpha1", "Rollout", "quay.io/web:1"), nil,
			began, true,
		},
		"TrustedBefore": {
			"somebody was", of("replicasets", "argoproj.io/v1alpha1", "Rollout", "quay.io/web:1"), nil,
			began.Add(-time.Second), false,
		},
		"Revision": {
			"the StatefulSet may go back to it", of(revisions, "apps/v1", "StatefulSet", "evil:1"), nil, began, true,
		},
		"RevisionOfIt": {
			"it goes back to what it is", of(revisions, "apps/v1", "StatefulSet", "web:2"), nil, began, false,
		},
		"Leaving": {"it came in, and is there", reducedTo("pods", "it", "none"), deletedAt(gapTime), began, true},
		"LeavingBefore": {
			"it was there", reducedTo("pods", "it", "none"), deletedAt(gapTime), began.Add(-time.Second), false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			madeAt(tc.made)(tc.object)
			if tc.edit != nil {
				tc.edit(tc.object)
			}
			c := reducedCache(t, set, entered("set", "set", "set"), policy, tc.object)
			look := survey{Client: c, kinds: kindsOfTest(), now: gapTime, unasked: began}
			got, _, err := look.unrecorded(t.Context(), shopOfTest())
			if err != nil || (len(got) > 0) != tc.want {
				t.Errorf("listed: %v (%v); %s", got, err, tc.reason)
			}
		})
	}
}
