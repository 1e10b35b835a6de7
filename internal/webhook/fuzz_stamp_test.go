// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
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
