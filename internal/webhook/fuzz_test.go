// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/workload"
)

// FuzzGateBytes : whatever is sent to the gate it answers, and lets in only what a review says that changes nothing.
func FuzzGateBytes(f *testing.F) {
	for _, review := range reviews(f) {
		f.Add(review)
	}
	for _, garbage := range []string{
		"", "{", "null", "[]", "{}", `{"request":null}`, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}`,
		`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"allowed":true}}`,
		`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"1"}}`,
		`{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","operation":"UPDATE","dryRun":0}}`,
	} {
		f.Add([]byte(garbage))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &stub{}
		answer := send(t, s.gate(), body)
		if s.admitted || answer.Allowed && !excused(body) {
			t.Fatalf("let in: %s\n%+v", body, answer)
		}
	})
}

// FuzzGate : whatever a review says of the change, nothing enters that is not what is stored.
func FuzzGate(f *testing.F) {
	for _, object := range kept(f) {
		f.Add("apps", "deployments", "", "CREATE", "checkout", "alice", object, []byte(nil))
		f.Add("apps", "deployments", "", "UPDATE", "checkout", "alice", object, object)
		f.Add("batch", "jobs", "", "DELETE", "checkout", "system:serviceaccount:a:b", []byte(nil), object)
		f.Add("", "pods", "exec", "CONNECT", "checkout", "bob", object, []byte(nil))
		f.Add("apps", "statefulsets", "scale", "UPDATE", "checkout", "", object, object)
		f.Add("apps", "statefulsets", "status", "UPDATE", "checkout", "bob", object, object)
		f.Add("", "services", "", "CREATE", "checkout", "bob", object, object)
		f.Add("argoproj.io", "rollouts", "status", "UPDATE", "checkout", "bob", object, object)
	}
	f.Add("apps", "deployments", "", "UPDATE", "web", "alice",
		[]byte(`{"spec":{"replicas":1}}`), []byte(`{"spec":{"replicas":0}}`))
	f.Add("apps", "deployments", "", "UPDATE", "web", "alice",
		[]byte(`{"spec":{"replicas":1e9}}`), []byte(`{"spec":null}`))
	f.Fuzz(func(t *testing.T, group, resource, sub, operation, name, user string, object, old []byte) {
		if !json.Valid(object) && len(object) > 0 || !json.Valid(old) && len(old) > 0 {
			return
		}
		body := reviewOf(t, group, resource, sub, operation, name, user, object, old)
		s := &stub{}
		answer := send(t, s.gate(), body)
		if s.admitted || answer.Allowed && !excused(body) {
			t.Fatalf("let in: %s\n%+v", body, answer)
		}
	})
}

// send a body as the API server does. An answer that is none counts as refused there; a handler that panics fails the
// test, and is not recovered from.
func send(t *testing.T, handler admission.Handler, body []byte) admissionv1.AdmissionResponse {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/gate", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	(&admission.Webhook{Handler: handler, RecoverPanic: new(false)}).ServeHTTP(recorder, request)
	var answer admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || answer.Response == nil {
		t.Fatalf("no review came back: %v, %s", err, recorder.Body)
	}
	return *answer.Response
}

// excused tells whether a review may be let in though nobody has approved anything: it writes nothing, or changes
// nothing.
func excused(body []byte) bool {
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(body, &review); err != nil || review.Request == nil {
		return false
	}
	req := *review.Request
	if req.DryRun != nil && *req.DryRun {
		return true
	}
	if req.SubResource == statusSubresource && workload.Custom(req.Resource.Group) {
		return true // no policy names a path
	}
	return req.Operation == admissionv1.Update && sameContent(req)
}

func sameContent(req admissionv1.AdmissionRequest) bool {
	resource := schema.GroupResource{Group: req.Resource.Group, Resource: req.Resource.Resource}
	var texts [2][]byte
	var run [2]int64
	for i, raw := range [][]byte{req.Object.Raw, req.OldObject.Raw} {
		object, err := decode(raw)
		if err != nil {
			return false
		}
		content, err := workload.Content(resource, object)
		if err != nil {
			return false
		}
		if texts[i], err = workload.Canonical(content); err != nil {
			return false
		}
		run[i] = workload.Replicas(object)
	}
	return bytes.Equal(texts[0], texts[1]) && (run[0] == 0 || run[1] > 0)
}

// reviewOf is a review as the API server writes it, of whatever JSON.
func reviewOf(
	t testing.TB, group, resource, sub, operation, name, user string, object, old []byte,
) []byte {
	t.Helper()
	if len(old) == 0 {
		old = []byte("null")
	}
	if len(object) == 0 {
		object = []byte("null")
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
			"uid": "1", "resource": map[string]any{"group": group, "version": "v1", "resource": resource},
			"subResource": sub, "operation": operation, "name": name, "namespace": "shop",
			"userInfo": map[string]any{"username": user},
			"object":   json.RawMessage(object), "oldObject": json.RawMessage(old),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// reviews of kept objects, as bytes.
func reviews(f *testing.F) [][]byte {
	f.Helper()
	var all [][]byte
	for _, object := range kept(f) {
		for _, operation := range []string{"CREATE", "UPDATE", "DELETE"} {
			all = append(all, reviewOf(f, "apps", "deployments", "", operation, "checkout", "alice", object, object))
		}
	}
	return all
}

func kept(f *testing.F) [][]byte {
	f.Helper()
	files, err := filepath.Glob("../workload/testdata/recorded/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	var all [][]byte
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}
