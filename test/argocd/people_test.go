// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/gitrepo"
)

// The people as the cluster knows them.
const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
	carol = "carol@example.com"
	frank = "frank@example.com"
	// noreply is the address that bob commits with in a browser.
	noreply = "1234+bob@users.noreply.example.com"
)

// The people as Git knows them.
var (
	dave = gitrepo.Person{Name: "Dave", Email: "dave@example.com"}
	erin = gitrepo.Person{Name: "Erin", Email: "erin@example.com"}
)

// inArgoCD logs in a user of Argo CD.
func inArgoCD(t *testing.T, user string) *argocd.Session {
	t.Helper()
	session, err := here.argo.LogIn(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	return session
}
