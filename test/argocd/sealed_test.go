// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
)

// operatorNamespace is where requests about rules lie.
const operatorNamespace = "countersign-system"

// TestSealedRules: where the rules are sealed in, a sync that tightens them goes through, and one that loosens them
// waits for two keepers. It runs before all others, as the rules are the cluster's.
func TestSealedRules(t *testing.T) {
	e := newDelivery(t, "sealed")
	rules := map[string]string{}
	for _, file := range []string{"roles.yaml", "policies.yaml", "environment.yaml"} {
		rules[file] = rulesManifests[file]
	}
	first := e.commit(t, rules)
	applyWith(t, serverSide, e.name, e.name, e.name, nil)
	ask(t, argoAlice, e.name)
	awaitSynced(t, e.name, first)
	keepers := seal(t)

	tightened := e.commit(t, withCount("2"))
	ask(t, argoAlice, e.name)
	awaitSynced(t, e.name, tightened)

	loosened := e.commit(t, withCount("1"))
	ask(t, argoAlice, e.name)
	letIn(t, keepers, e, "promotionpolicies/sealed may not be loosened without approval",
		"Looser:   approvals[release].count: 2 -> 1", "asked for by "+e.account())
	e.differs(t, loosened)
	ask(t, argoAlice, e.name)
	awaitSynced(t, e.name, loosened)

	e.commit(t, map[string]string{"policies.yaml": "", "roles.yaml": ""})
	prune(t, e.name)
	denied := awaitPhase(t, e.name, "Failed").Status.OperationState
	contains(t, "status.operationState.message", denied.Message,
		"policy sealed governs 1 namespaces of environment sealed, and stays with them")
	e.leaves(t)
	prune(t, e.name)
	letIn(t, keepers, e, "promotionpolicies/sealed may not be loosened without approval",
		"Looser:   the policy is deleted")
	prune(t, e.name)
	awaitPhase(t, e.name, "Succeeded")
	gone(t, &v1alpha1.PromotionPolicy{}, e.name)
	gone(t, &v1alpha1.PipelineRole{}, e.managers())
}

// leaves takes the namespace out of the environment.
func (e environment) leaves(t *testing.T) {
	t.Helper()
	e.commit(t, map[string]string{"environment.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: $NAME}}\n"})
	ask(t, argoAlice, e.name)
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		policy := e.policy()
		if err := c.Get(ctx, client.ObjectKeyFromObject(policy), policy); err != nil {
			return err.Error()
		}
		if policy.Status.Namespaces == nil || *policy.Status.Namespaces != 0 {
			return "the policy to govern nothing"
		}
		return ""
	})
	awaitPhase(t, e.name, "Succeeded")
}

// withCount is the policy with so many approvals.
func withCount(count string) map[string]string {
	policy := strings.Replace(rulesManifests["policies.yaml"], "count: 1", "count: "+count, 1)
	return map[string]string{"policies.yaml": policy}
}

// letIn waits until a sync was denied, checks what the Application says, and approves what it asks for.
func letIn(t *testing.T, keepers, e environment, says ...string) {
	t.Helper()
	denied := awaitPhase(t, e.name, "Failed").Status.OperationState
	contains(t, "status.operationState.message", denied.Message, says...)
	var requests v1alpha1.PromotionRequestList
	if err := here.Admin(t).List(t.Context(), &requests, client.InNamespace(operatorNamespace)); err != nil {
		t.Fatal(err)
	}
	for _, request := range requests.Items {
		if request.Status.Entry == nil {
			contains(t, "status.operationState.message", denied.Message, request.Name)
			keepers.approve(t, request, bob, carol)
		}
	}
}
