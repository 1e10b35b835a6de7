// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

// FuzzApplication : whatever anybody writes into an Application, or a project, it is read without being changed, and
// nothing comes of it that it does not say.
func FuzzApplication(f *testing.F) {
	for _, change := range []string{
		`{}`, `{phase: Running}`, `{operation: {sync: {manifests: [a]}}}`,
		`{syncResult: {resources: [{namespace: live, message: "Request: old-1,"}]}}`,
	} {
		f.Add(written(f, application(f, failed, change, false)), `{}`, "apps", "Deployment", "live", "web", "")
		f.Add(written(f, application(f, failed, change, true)), `{}`, "", "Service", "live", "web", "PreSync")
	}
	for _, name := range []string{"web", "db"} {
		f.Add(`{"spec":{"destination":{"namespace":"live"}},"operation":{"sync":{"prune":true}},"status":{"resources":[`+
			`{"kind":"Service","namespace":"live","name":"web","requiresPruning":true}]}}`,
			`{"kind":"Job","metadata":{"name":"a"}}`, "", "Service", "live", name, "")
		f.Add(`{"status":{"resources":[{"kind":"Service","namespace":"live","name":"web","requiresPruning":true}]}}`,
			`{"metadata":1}`, "", "Service", "live", name, "Sync")
	}
	f.Add(`{"status":{"operationState":{"operation":{"sync":{"prune":true}}},"resources":[`+
		`{"kind":"Job","namespace":"live","name":"a","requiresPruning":true}]}}`,
		`{"kind":"Job","metadata":{"name":"b"}}`, "", "Job", "live", "a", "")
	f.Add(`{"spec":{"sources":[{"path":"a"},{}],"sourceHydrator":{},"destinationServiceAccounts":[`+
		`{"defaultServiceAccount":"a:b"},{"defaultServiceAccount":"c"}]},"operation":{"sync":{"revisions":["a","b"]}}}`,
		`null`, "", "", "", "", "")
	f.Fuzz(func(t *testing.T, text, manifest, group, kind, namespace, name, hook string) {
		application, ok := parsed(text)
		if !ok {
			return
		}
		object := release.Object{
			Kind: schema.GroupKind{Group: group, Kind: kind}, Namespace: namespace, Name: name,
			Annotations: map[string]string{helmHookAnnotation: hook},
		}
		was := runtime.DeepCopyJSON(application)
		checkCovers(t, application, object)
		checkAccounts(t, application, namespace)
		checkRevisions(t, application)
		checkRest(t, application)
		checkResumed(t, application)
		checkTargets(t, application, manifest)
		checkPruning(t, application, manifest)
		if !reflect.DeepEqual(was, application) {
			t.Fatalf("to read it changed it: %v\n%v", was, application)
		}
	})
}

// checkRevisions : of each source one is said, or nobody can tell.
func checkRevisions(t *testing.T, application map[string]any) {
	t.Helper()
	if len(Revision(application)) > 128 {
		t.Fatal("a request has no room for it")
	}
	sync, err := SyncOf(application)
	if err != nil {
		return
	}
	sources, _, err := unstructured.NestedSlice(application, "spec", "sources")
	if err != nil || len(sync.Revisions) != max(1, len(sources)) || sync.Project != ProjectOf(application) {
		t.Fatalf("%v of %v", sync, application)
	}
	if _, local, _ := unstructured.NestedFieldNoCopy(application, "operation", "sync", "manifests"); local {
		t.Fatal("what comes from somebody's disk has commits")
	}
}

// asked for of the release, in the namespace live.
func asked() []v1alpha1.PromotionRequest {
	return []v1alpha1.PromotionRequest{
		request("web-1", ready, opened(2)), request("db-1", ready, opened(1)), request("api-1", opened(3)),
		request("old-1", ready, admitted),
	}
}
