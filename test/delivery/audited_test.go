// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/test/cluster"
)

// fluxName is who kustomize-controller is to the cluster, when it is not a bot.
const fluxName = "system:serviceaccount:flux-system:kustomize-controller"

// resumed checks how often the operator had Flux try again, and that its audit trail says so.
func (e environment) resumed(t *testing.T, want int) {
	t.Helper()
	got := 0
	for _, event := range here.Audited(t) {
		if event.ObjectRef.Resource == "kustomizations" && event.ObjectRef.Namespace == e.bots() &&
			event.User.Username == cluster.OperatorName && event.Verb == "patch" && event.ResponseStatus.Code == 200 {
			got++
		}
	}
	if said := e.saidResumed(t); got != want || said != want {
		t.Errorf("the operator had Flux try again %d times and said %d, want %d", got, said, want)
	}
}

func (e environment) saidResumed(t *testing.T) (times int) {
	t.Helper()
	content, err := os.ReadFile(here.Operator.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(content) {
		var event audit.Event
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if event.Type == audit.SyncResumed && event.Namespace == e.bots() {
			times++
		}
	}
	return times
}

// deployedAs checks that Flux deployed as the bot, by impersonation, as it does in a cluster.
func (e environment) deployedAs(t *testing.T, account string) {
	t.Helper()
	for _, event := range here.Audited(t) {
		if event.ObjectRef.Resource == "deployments" && event.ObjectRef.Namespace == e.name && event.Verb == "patch" &&
			event.User.Username == fluxName && cluster.ActedAs(event) == account {
			return
		}
	}
	t.Errorf("the API server saw nothing deployed as %s", account)
}
