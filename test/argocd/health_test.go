// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"maps"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestHealth: where a project shows what belongs to none of its Applications, it shows who is waited for.
func TestHealth(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "health")
	shows := argoObject("AppProject", "shows", projectSpec(e.name, e.bots()+":argocd"))
	documented := documented(t, "orphanedResources", strings.NewReplacer("checkout", "shows"))[0]
	maps.Copy(shows.Object["spec"].(map[string]any), documented.Object["spec"].(map[string]any))
	here.Create(t, shows)
	revision := release(t, dave, e.name, "v1")
	apply(t, e.name, "shows", e.name, once)
	awaitPhase(t, e.name, "Failed")
	request := e.awaitRequest(t)
	if show(t, e.name).find("RoleBinding", "countersign:"+e.managers()+":approve") == nil {
		t.Error("what the roles give is not shown")
	}
	awaitHealth(t, e.name, "PromotionRequest", request.Name, "Suspended", "Waiting for ", "from health-managers")
	if health := awaitPhase(t, e.name, "Failed").Status.Health.Status; health != "Missing" {
		t.Errorf("what waits is not degraded; the application is %s", health)
	}
	e.approve(t, request, bob, carol)
	awaitSynced(t, e.name, revision)
	awaitHealth(t, e.name, "Approval", request.Name+"-d1", "Healthy", "It counts")
	awaitHealth(t, e.name, "PromotionRequest", request.Name, "Healthy", "Entered")
	err := here.Admin(t).Get(t.Context(), client.ObjectKeyFromObject(&request), &v1alpha1.PromotionRequest{})
	if err != nil {
		t.Errorf("Argo CD leaves alone what is not its own: %v", err)
	}
}
