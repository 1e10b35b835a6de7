// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/go-logr/logr"
	admissionv1 "k8s.io/api/admission/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

func (s *stub) records() *Records {
	clock := testingclock.NewFakePassiveClock(noon)
	return &Records{
		Evidence: s.evidence(), Operator: "operator", Clock: clock, Audit: audit.New(clock, logr.Discard(), io.Discard),
		Authority: authority.Checker{Reviews: s, Live: s, Cache: s}, Gate: s.gate(),
	}
}

// FuzzRecords : whatever is sent as a record, none passes in another's name, none that was asked or decided changes,
// and nobody but bob, whom the role names, approves what alice asked for.
func FuzzRecords(f *testing.F) {
	request := requestOfAlice(f)
	asked, err := json.Marshal(request)
	if err != nil {
		f.Fatal(err)
	}
	approval := fmt.Appendf(nil, `{"metadata":{"name":%q,"namespace":"shop"},"spec":{"request":{"name":%q,"uid":"r"},`+
		`"digest":%q,"decision":"Approve","approver":{"username":"bob"}}}`, promotion.ApprovalName(request.Name, 1),
		request.Name, request.Spec.Change.Digest)
	f.Add("approvals", "CREATE", "bob", approval, []byte(nil))
	f.Add("approvals", "CREATE", "alice", approval, []byte(nil))
	f.Add("approvals", "UPDATE", "bob", approval, approval)
	f.Add("promotionrequests", "CREATE", "alice", asked, []byte(nil))
	f.Add("promotionrequests", "UPDATE", "alice", asked, asked)
	f.Add("emergencies", "CREATE", "bob", []byte(`{"spec":{"holder":{"username":"bob"},"reason":"x"}}`), []byte(nil))
	f.Add("freezes", "CREATE", "bob",
		[]byte(`{"metadata":{"name":"production"},"spec":{"frozenBy":{"username":"bob"}}}`), []byte(nil))
	f.Add("pipelineroles", "CREATE", "bob",
		[]byte(`{"spec":{"environments":["production"],"namespaceSelector":{}}}`), []byte(nil))
	f.Add("promotionpolicies", "UPDATE", "bob", []byte(`{"spec":{"windows":[{"schedule":"* * * * *"}]}}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, resource, operation, user string, object, old []byte) {
		if !json.Valid(object) && len(object) > 0 || !json.Valid(old) && len(old) > 0 {
			return
		}
		body := reviewOf(t, "countersign.dev", resource, "", operation, "x", user, object, old)
		if answer := send(t, (&stub{request: request}).records(), body); answer.Allowed {
			checkPassed(t, resource, admissionv1.Operation(operation), user, object, old)
		}
	})
}

// checkPassed looks at a record that was let pass with eyes of its own.
func checkPassed(t *testing.T, resource string, operation admissionv1.Operation, user string, object, old []byte) {
	t.Helper()
	var now, before struct {
		Spec map[string]any `json:"spec"`
	}
	if operation == admissionv1.Delete {
		return
	}
	if err := json.Unmarshal(object, &now); err != nil {
		t.Fatalf("garbage passed: %s", object)
	}
	record := resource == "approvals" || resource == "promotionrequests" || resource == "emergencies" ||
		resource == "freezes"
	switch {
	case !record && resource != "pipelineroles" && resource != "promotionpolicies":
		t.Fatalf("passed as a %s: %s", resource, object)
	case record && operation == admissionv1.Update:
		if err := json.Unmarshal(old, &before); err != nil || !reflect.DeepEqual(now.Spec, before.Spec) {
			t.Fatalf("changed to %s from %s", object, old)
		}
	case record:
		field := map[string]string{
			"approvals": "approver", "promotionrequests": "openedBy", "emergencies": "holder", "freezes": "frozenBy",
		}[resource]
		name, _ := now.Spec[field].(map[string]any)
		if said, _ := name["username"].(string); said != user {
			t.Fatalf("%s passed for %q: %s", resource, user, object)
		}
		if resource == "approvals" && now.Spec["decision"] == "Approve" && user != "bob" {
			t.Fatalf("%q approved: %s", user, object)
		}
	}
}

// requestOfAlice to let in a Deployment.
func requestOfAlice(f *testing.F) *v1alpha1.PromotionRequest {
	f.Helper()
	content := map[string]any{"spec": map[string]any{"paused": true}}
	text, err := workload.Canonical(content)
	if err != nil {
		f.Fatal(err)
	}
	id := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "checkout"}
	digest, err := workload.Digest(v1alpha1.OperationApply, id, content)
	if err != nil {
		f.Fatal(err)
	}
	alice := v1alpha1.UserReference{Username: "alice"}
	request := &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", UID: "r", CreationTimestamp: metav1.NewTime(noon)},
		Spec: v1alpha1.PromotionRequestSpec{
			Environment: "production", Requester: alice, OpenedBy: alice,
			Change: v1alpha1.Change{
				Operation: v1alpha1.OperationApply, Group: "apps", Version: "v1", Resource: "deployments", Name: "checkout",
				Digest: digest, Content: apiextensionsv1.JSON{Raw: text},
			},
		},
	}
	request.Name = promotion.RequestName(request.Spec.Change, 1)
	return request
}
