// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"
)

// The namespaces that the cluster and Countersign are run from.
const (
	systemNamespace = "kube-system"
	ownNamespace    = "countersign-system"
)

// scope says where a right must hold to be a way.
type scope int

const (
	// clusterWide: of an object that is in no namespace.
	clusterWide scope = iota
	// inAll of the following.
	inAll
	// inEnvironments : in a namespace that is in one. A Namespace counts as being in itself.
	inEnvironments
	// inConfined : in a namespace that is in none, and whose label enforces Pod Security; inUnconfined : where none does.
	inConfined
	inUnconfined
	// inSystem : where the built-in controllers live.
	inSystem
	// inOperator : where the operator lives.
	inOperator
	// inTrusted : where a controller lives that a policy trusts.
	inTrusted
	// inBots : where a bot lives.
	inBots
	// inGatedBots and inFreeBots : where one lives that is in an environment, or in none.
	inGatedBots
	inFreeBots
)

// within are the namespaces of a scope. A scope that is about whatever is there now may have none.
func (c Cluster) within(s scope) []string {
	switch s {
	case inEnvironments:
		return c.Environments
	case inConfined:
		return c.Confined
	case inUnconfined:
		return c.Unconfined
	case inSystem:
		return []string{systemNamespace}
	case inOperator:
		return []string{ownNamespace}
	case inTrusted:
		return namespaces(c.Trusted)
	case inBots:
		return namespaces(c.Bots)
	case inGatedBots:
		return c.botsIn(true)
	case inFreeBots:
		return c.botsIn(false)
	case inAll:
		return slices.Concat(c.within(inEnvironments), c.within(inSystem), c.within(inOperator), c.within(inTrusted),
			c.within(inBots))
	case clusterWide:
	}
	return nil
}

// botsIn are the namespaces of bots that are in an environment, or in none.
func (c Cluster) botsIn(environment bool) []string {
	return slices.DeleteFunc(namespaces(c.Bots), func(namespace string) bool {
		return slices.Contains(c.Environments, namespace) != environment
	})
}

// reaches tells whether what a binding gives holds in the scope.
func (c Cluster) reaches(b Binding, s scope) bool {
	if b.Namespace != "" {
		return slices.Contains(c.within(s), b.Namespace)
	}
	return s == clusterWide || len(c.within(s)) > 0
}

func namespaces(accounts []types.NamespacedName) []string {
	names := make([]string, 0, len(accounts))
	for _, account := range accounts {
		names = append(names, account.Namespace)
	}
	return names
}
