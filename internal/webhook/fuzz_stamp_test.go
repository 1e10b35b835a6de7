// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// stampedFields of a spec name who makes the call.
var stampedFields = map[string]string{
	"approvals": "approver", "freezes": "frozenBy", "emergencies": "holder", "promotionrequests": "openedBy",
	"releasegates": "openedBy",
}

// FuzzStamp : whatever is sent, what is stored names who makes the call and nobody else, and is otherwise as it was
// sent.
func FuzzStamp(f *testing.F) {
	for resource, field := range stampedFields {
		f.Add(resource, "CREATE", "alice", []byte(`{"metadata":{"name":"a"},"spec":{}}`), []byte(nil))
		f.Add(resource, "CREATE", "alice", []byte(`{"spec":{"`+field+`":{"username":"alice","uid":"1"}}}`), []byte(nil))
		f.Add(resource, "CREATE", "alice", []byte(`{"spec":{"`+field+`":{"username":"bob"}}}`), []byte(nil))
		f.Add(resource, "CREATE", "operator", []byte(`{"spec":{"requester":{"username":"bob"}}}`), []byte(nil))
		f.Add(resource, "CREATE", "alice", []byte(`{"spec":1,"metadata":{"annotations":[]}}`), []byte("null"))
	}
	annotated := []byte(`{"metadata":{"annotations":{"countersign.dev/changed-by":"bob"}},"spec":{"a":1,"members":[]}}`)
	for _, resource := range []string{"pipelineroles", "promotionpolicies"} {
		f.Add(resource, "CREATE", "alice", annotated, []byte(nil))
		f.Add(resource, "UPDATE", "alice", annotated, annotated)
		f.Add(resource, "UPDATE", "alice", []byte(`{"spec":{"a":1,"members":[{"name":"alice"}]}}`), annotated)
	}
	f.Add("approvals", "DELETE", "alice", []byte("null"), annotated)
	f.Add("promotionrequests", "CREATE", "alice",
		[]byte(`{"spec":{"change":{"resource":"deployments","name":"web","configuration":[],"content":{}}}}`), []byte(nil))
	f.Fuzz(func(t *testing.T, resource, operation, user string, object, old []byte) {
		if !json.Valid(object) || !json.Valid(old) && len(old) > 0 || !utf8.ValidString(user) {
			return
		}
		body := reviewOf(t, "countersign.dev", resource, "", operation, "x", user, object, old)
		answer := send(t, &Stamp{Evidence: (&stub{}).evidence(), Operator: "operator"}, body)
		if !answer.Allowed || !hasMetadata(object) {
			return
		}
		sent, stored := patchedAs(t, object, answer)
		checkStamp(t, resource, user, sent, stored)
		before, err := decode(old)
		if operation != "UPDATE" || err != nil {
			before = nil
		}
		checkChangedBy(t, resource, user, stored, before)
	})
}

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
