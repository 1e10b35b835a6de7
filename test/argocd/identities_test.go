// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// Who Argo CD is to the cluster.
const (
	argoController = "system:serviceaccount:argocd:argocd-application-controller"
	argoServer     = "system:serviceaccount:argocd:argocd-server"
)

// TestIdentities: Argo CD is who it is in a cluster, so that what these tests show holds there.
func TestIdentities(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "identities")
	release(t, dave, e.name, "v1")
	apply(t, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	awaitPhase(t, e.name, "Failed")
	cases := map[string]struct {
		reason             string
		resource           string
		verb               string
		user, impersonated string
	}{
		"Asks":    {"the API server writes what alice asks for", "applications", "update", argoServer, ""},
		"Reports": {"the controller writes what became of it", "applications", "patch", argoController, ""},
		"Deploys": {"the controller deploys as the project says", "deployments", "create", argoController, e.account()},
	}
	events := audited(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, event := range events {
				if event.ObjectRef != nil && event.ObjectRef.Resource == tc.resource && event.ObjectRef.Name == e.name &&
					event.Verb == tc.verb && event.User.Username == tc.user && impersonated(event) == tc.impersonated {
					return
				}
			}
			t.Errorf("%s, but the API server saw no %s of %s by %s", tc.reason, tc.verb, tc.resource, tc.user)
		})
	}
}

func impersonated(event auditv1.Event) string {
	if event.ImpersonatedUser == nil {
		return ""
	}
	return event.ImpersonatedUser.Username
}

// audited is what the API server says was done until now.
func audited(t *testing.T) []auditv1.Event {
	t.Helper()
	content, err := os.ReadFile(here.cluster.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	var events []auditv1.Event
	lines := bytes.Split(content, []byte("\n"))
	for _, line := range lines[:len(lines)-1] { // the last may be half written
		var event auditv1.Event
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
	}
	return events
}
