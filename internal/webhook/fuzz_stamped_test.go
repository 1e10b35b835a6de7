// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"reflect"
	"testing"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// patchedAs is an object as it was sent, and as the answer makes it.
func patchedAs(t *testing.T, object []byte, answer admissionv1.AdmissionResponse) (sent, stored map[string]any) {
	t.Helper()
	text := object
	if len(answer.Patch) > 0 {
		patch, err := jsonpatch.DecodePatch(answer.Patch)
		if err != nil {
			t.Fatal(err)
		}
		if text, err = patch.Apply(object); err != nil {
			t.Fatalf("%s cannot be patched: %v: %s", object, err, answer.Patch)
		}
	}
	sent, err := decode(object)
	if err != nil {
		t.Fatalf("let pass: %s", object)
	}
	if stored, err = decode(text); err != nil {
		t.Fatalf("patched to %s", text)
	}
	return sent, stored
}

// checkStamp : who made a record is who makes the call, and nothing else is changed.
func checkStamp(t *testing.T, resource, user string, sent, stored map[string]any) {
	t.Helper()
	fields := []string{stampedFields[resource]}
	if resource == "promotionrequests" && user != "operator" {
		fields = append(fields, "requester")
	}
	for _, field := range fields {
		if field == "" {
			continue
		}
		want := v1alpha1.UserReference{Username: user}
		said, err := userIn(stored, field)
		if err != nil || !reflect.DeepEqual(said, want) {
			t.Fatalf("%q makes %v: %v", user, stored, err)
		}
		if said, err := userIn(sent, field); err == nil && said.Username != "" && said.Username != user {
			t.Fatalf("%q passes for %q", user, said.Username)
		}
	}
	if name, _, err := unstructured.NestedString(sent, "metadata", "name"); err != nil || name == "" {
		unstructured.RemoveNestedField(sent, "metadata", "name")
		unstructured.RemoveNestedField(stored, "metadata", "name")
	}
	if !reflect.DeepEqual(unstamped(resource, sent, fields), unstamped(resource, stored, fields)) {
		t.Fatalf("changed from %v to %v", sent, stored)
	}
}

// userIn a field of the spec.
func userIn(object map[string]any, field string) (user v1alpha1.UserReference, err error) {
	said, _, err := unstructured.NestedMap(object, "spec", field)
	if err != nil {
		return user, err
	}
	return user, runtime.DefaultUnstructuredConverter.FromUnstructured(said, &user)
}

// checkChangedBy : who changed a rule last is who makes the call, or stays where the spec does.
func checkChangedBy(t *testing.T, resource, user string, stored, before map[string]any) {
	t.Helper()
	if resource != "pipelineroles" && resource != "promotionpolicies" {
		return
	}
	said := (&unstructured.Unstructured{Object: stored}).GetAnnotations()[v1alpha1.ChangedByAnnotation]
	was := (&unstructured.Unstructured{Object: before}).GetAnnotations()[v1alpha1.ChangedByAnnotation]
	if said != user && (before == nil || said != was || !reflect.DeepEqual(before["spec"], stored["spec"])) {
		t.Fatalf("%q changed %v to %v", user, before, stored)
	}
}

// unstamped is an object without all that a stamp may write into it.
func unstamped(resource string, object map[string]any, fields []string) map[string]any {
	rest := runtime.DeepCopyJSON(object)
	if stampedFields[resource] == "" {
		unstructured.RemoveNestedField(rest, "metadata", "annotations", v1alpha1.ChangedByAnnotation)
		unstructured.RemoveNestedField(rest, "metadata", "annotations", v1alpha1.AuthorAnnotation)
	}
	for _, field := range fields {
		unstructured.RemoveNestedField(rest, "spec", field)
	}
	if resource == "promotionrequests" {
		unstructured.RemoveNestedField(rest, "spec", "change", "configuration")
	}
	for _, field := range [][]string{{"spec", "change"}, {"spec"}, {"metadata", "annotations"}, {"metadata"}} {
		if inner, _, err := unstructured.NestedMap(rest, field...); err != nil || len(inner) == 0 {
			unstructured.RemoveNestedField(rest, field...)
		}
	}
	return rest
}

// hasMetadata : the API server reads the metadata of an object before it asks anybody.
func hasMetadata(object []byte) bool {
	content, err := decode(object)
	if err != nil {
		return false
	}
	metadata, _, err := unstructured.NestedMap(content, "metadata")
	if err != nil {
		return false
	}
	_, err = convert[metav1.ObjectMeta](metadata)
	return err == nil
}
