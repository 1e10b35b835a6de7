// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"

	"github.com/countersign-dev/countersign/internal/identity"
)

// Service accounts of Argo CD.
const (
	controllerAccount = "argocd-application-controller"
	serverAccount     = "argocd-server"
	generatorAccount  = "argocd-applicationset-controller"
)

// Trust says who is Argo CD, and who else is believed about who began a sync.
type Trust struct {
	// Namespace that Argo CD runs in.
	Namespace string
	// Promoters are the user names of whoever else writes operations for others, such as Kargo's controller.
	Promoters []string
}

// Controller is the user name of what carries syncs out.
func (t Trust) Controller() string { return identity.ServiceAccount(t.Namespace, controllerAccount) }

// own service accounts of Argo CD.
func (t Trust) own(username string) bool {
	for _, account := range []string{controllerAccount, serverAccount, generatorAccount} {
		if username == identity.ServiceAccount(t.Namespace, account) {
			return true
		}
	}
	return false
}

// copies : it writes operations, and what they say is what a user put into a template or a repository. By themselves
// these accounts begin syncs for nobody.
func (t Trust) copies(username string) bool {
	return username == t.Controller() || username == identity.ServiceAccount(t.Namespace, generatorAccount)
}

// trusts somebody to say who began a sync: Argo CD's API server, where they logged in, and promoters.
func (t Trust) trusts(username string) bool {
	return username == identity.ServiceAccount(t.Namespace, serverAccount) || slices.Contains(t.Promoters, username)
}
