// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// fluxName is who kustomize-controller is to the cluster, when it is not a bot.
const fluxName = "system:serviceaccount:flux-system:kustomize-controller"

// resumed checks how often the operator had Flux try again.
func (e environment) resumed(t *testing.T, want int) {
	t.Helper()
	got := 0
	for _, event := range audited(t) {
		if event.ObjectRef.Resource == "kustomizations" && event.ObjectRef.Namespace == e.bots() &&
			event.User.Username == operatorName && event.Verb == "patch" && event.ResponseStatus.Code == 200 {
			got++
		}
	}
	if got != want {
		t.Errorf("the operator had Flux try again %d times, want %d", got, want)
	}
}

// deployedAs checks that Flux deployed as the bot, by impersonation, as it does in a cluster.
func (e environment) deployedAs(t *testing.T, account string) {
	t.Helper()
	for _, event := range audited(t) {
		if event.ObjectRef.Resource == "deployments" && event.ObjectRef.Namespace == e.name && event.Verb == "patch" &&
			event.User.Username == fluxName && event.ImpersonatedUser != nil &&
			event.ImpersonatedUser.Username == account {
			return
		}
	}
	t.Errorf("the API server saw nothing deployed as %s", account)
}

// audited is what the API server says was done to objects until now.
func audited(t *testing.T) (events []auditv1.Event) {
	t.Helper()
	content, err := os.ReadFile(here.cluster.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(content, []byte("\n"))
	for _, line := range lines[:len(lines)-1] { // the last may be half written
		var event auditv1.Event
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatal(err)
		}
		if event.ObjectRef != nil && event.ResponseStatus != nil {
			events = append(events, event)
		}
	}
	return events
}
