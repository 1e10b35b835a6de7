// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/countersign-dev/countersign/test/cluster"
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
	events := here.Audited(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, event := range events {
				if event.ObjectRef.Resource == tc.resource && event.ObjectRef.Name == e.name && event.Verb == tc.verb &&
					event.User.Username == tc.user && cluster.ActedAs(event) == tc.impersonated {
					return
				}
			}
			t.Errorf("%s, but the API server saw no %s of %s by %s", tc.reason, tc.verb, tc.resource, tc.user)
		})
	}
}
