// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestKinds: Argo CD takes a kind without a health check for healthy as soon as it is stored.
func TestKinds(t *testing.T) {
	var want []string
	for _, name := range glob(t, path(t, "config", "crd", "bases")+"/", "") {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(read(t, path(t, "config", "crd", "bases", name)), &crd); err != nil {
			t.Fatal(err)
		}
		want = append(want, crd.Spec.Names.Kind)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, checked(t)); diff != "" {
		t.Errorf("every kind has a health check (-want +got):\n%s", diff)
	}
}

// TestTestdata: the objects that the health checks are tried on are such as the operator writes, and each is tried.
func TestTestdata(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	known := reasons(t, "api/v1alpha1", "internal/controller")
	for _, kind := range checked(t) {
		dir := path(t, "config", "argocd", scripts, kind, "testdata") + "/"
		there := glob(t, dir, ".yaml")
		if diff := cmp.Diff(there, tried(t, kind)); diff != "" {
			t.Errorf("every object of %s is tried (-there +tried):\n%s", kind, diff)
		}
		for _, name := range there {
			content := read(t, dir+name+".yaml")
			storable(t, scheme, kind, name, content)
			for _, condition := range conditionsOf(t, content) {
				if !slices.Contains(known, condition.Reason) {
					t.Errorf("%s %s has reason %s, which the operator never writes", kind, name, condition.Reason)
				}
			}
		}
	}
}

// tried are the objects that a health check is tried on.
func tried(t *testing.T, kind string) (names []string) {
	t.Helper()
	for _, test := range suiteOf(t, kind).Tests {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(test.InputPath, "testdata/"), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// storable checks that an object has no field that its kind has not.
func storable(t *testing.T, scheme *runtime.Scheme, kind, name string, content []byte) {
	t.Helper()
	object, err := scheme.New(v1alpha1.SchemeGroupVersion.WithKind(kind))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(content, object); err != nil {
		t.Errorf("%s %s is not what the API server would store: %v", kind, name, err)
	}
}

func conditionsOf(t *testing.T, content []byte) []metav1.Condition {
	t.Helper()
	var object struct {
		Status struct{ Conditions []metav1.Condition }
	}
	if err := yaml.Unmarshal(content, &object); err != nil {
		t.Fatal(err)
	}
	return object.Status.Conditions
}
