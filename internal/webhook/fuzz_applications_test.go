// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
)

// FuzzApplications : whatever an Application says, it is never kept from being stored, nothing but who wrote its
// operation and its sources is changed, and that is who makes the call.
func FuzzApplications(f *testing.F) {
	const spec = `"spec":{"project":"shop","source":{"path":"."}}`
	for _, operation := range []string{
		``, `"operation":{},`, `"operation":{"initiatedBy":{"username":"bob"},"sync":{"revision":"a"}},`,
		`"operation":{"info":[{"name":"countersign.dev/written-by","value":"alice"},{"name":"a","value":"b"}]},`,
		`"operation":1,`, `"operation":{"info":[1]},`,
	} {
		for _, user := range []string{"alice", "operator", "system:serviceaccount:argocd:argocd-server"} {
			f.Add(user, []byte(`{`+operation+spec+`}`), []byte(`{`+spec+`}`))
			f.Add(user, []byte(`{`+operation+spec+`}`), []byte(nil))
		}
	}
	f.Fuzz(func(t *testing.T, user string, object, old []byte) {
		if !json.Valid(object) || !json.Valid(old) && len(old) > 0 || !utf8.ValidString(user) {
			return
		}
		trust := argocd.Trust{Namespace: "argocd"}
		body := reviewOf(t, "argoproj.io", "applications", "", "UPDATE", "shop", user, object, old)
		answer := send(t, Applications{Syncs: Syncs{Live: &stub{}, Trust: trust}, Operator: "operator"}, body)
		if !answer.Allowed || user == "operator" && len(answer.Patch) > 0 {
			t.Fatalf("%v: %s", answer, answer.Patch)
		}
		if _, err := decode(object); err != nil || user == "operator" {
			return
		}
		sent, stored := patchedAs(t, object, answer)
		if !reflect.DeepEqual(withoutWriters(sent), withoutWriters(stored)) {
			t.Fatalf("changed from %v to %v", sent, stored)
		}
		_, ordered, _ := unstructured.NestedMap(stored, "operation")
		isWriters(t, user, trust.Began(stored), ordered && len(answer.Patch) > 0, said(object))
	})
}

// isWriters : who wrote an operation began it, where that is written down. Where neither that is, nor the object says
// it, nobody is known to have.
func isWriters(t *testing.T, user string, began argocd.Initiator, written, said bool) {
	t.Helper()
	if written && user != "" && !strings.HasPrefix(user, "system:") && began.User.Username != user {
		t.Fatalf("%q wrote it, and %v began it", user, began)
	}
	known := began.User.Username != "" && began.Evidence != v1alpha1.RequesterClaimed
	if !written && !said && known {
		t.Fatalf("nobody knows who wrote it, and %v began it", began)
	}
}

// said : the object itself says who wrote it.
func said(object []byte) bool { return strings.Contains(string(object), "written") }

// withoutWriters is an Application without what admission writes into it.
func withoutWriters(application map[string]any) map[string]any {
	rest := runtime.DeepCopyJSON(application)
	unstructured.RemoveNestedField(rest, "operation", "info")
	for _, path := range [][]string{
		{"metadata", "annotations", "countersign.dev/spec-written-by"}, {"metadata", "annotations"}, {"metadata"},
	} {
		if left, _, err := unstructured.NestedMap(rest, path...); err != nil || len(left) == 0 {
			unstructured.RemoveNestedField(rest, path...)
		}
	}
	return rest
}
