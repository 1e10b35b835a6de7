// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bypass

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Group may change the installation, and take a namespace out of the gate, on record.
const Group = "countersign:break-glass"

// guard is a ValidatingAdmissionPolicy of config/policy that takes away again what RBAC gives.
type guard struct {
	name string
	// glass: it lets the group through.
	glass bool
}

var (
	approvalsKeep     = guard{name: "countersign-approvals-keep"}
	approverStamp     = guard{name: "countersign-approver-stamp"}
	botPods           = guard{name: "countersign-bot-pods"}
	botPodTokens      = guard{name: "countersign-bot-pod-tokens"}
	botSecrets        = guard{name: "countersign-bot-secrets", glass: true}
	botTokens         = guard{name: "countersign-bot-tokens"}
	breakGlass        = guard{name: "countersign-break-glass", glass: true}
	emergencies       = guard{name: "countersign-emergencies"}
	environmentLabel  = guard{name: "countersign-environment-label"}
	flowSchemas       = guard{name: "countersign-flow-schemas", glass: true}
	freezes           = guard{name: "countersign-freezes"}
	gatedKinds        = guard{name: "countersign-gated-kinds"}
	generatedRBAC     = guard{name: "countersign-generated-rbac", glass: true}
	identities        = guard{name: "countersign-identities", glass: true}
	installation      = guard{name: "countersign-installation", glass: true}
	ledger            = guard{name: "countersign-ledger", glass: true}
	operatorNamespace = guard{name: "countersign-operator-namespace", glass: true}
	policiesKeep      = guard{name: "countersign-policies-keep", glass: true}
	quotas            = guard{name: "countersign-quotas", glass: true}
	releaseGates      = guard{name: "countersign-release-gates"}
	requestStatus     = guard{name: "countersign-request-status"}
	requesterStamp    = guard{name: "countersign-requester-stamp"}
	status            = guard{name: "countersign-status", glass: true}
)

// Guards are the names of the guards that findings may name, sorted.
func Guards() []string {
	var names []string
	for _, way := range ways {
		for _, g := range way.guards {
			names = append(names, g.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// keptBy are the guards in force that keep the subject from going a way; none unless all that it takes are.
func (c Cluster) keptBy(w way, subject rbacv1.Subject) []string {
	var names []string
	for _, g := range w.guards {
		through := g.glass && subject.Kind == rbacv1.GroupKind && subject.Name == Group
		if through || !slices.Contains(c.Guards, g.name) {
			return nil
		}
		names = append(names, g.name)
	}
	return names
}

// Missing are the guards that findings may name and that are not in force, sorted.
func Missing(c Cluster) []string {
	return slices.DeleteFunc(Guards(), func(name string) bool { return slices.Contains(c.Guards, name) })
}
