// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestReturns: Argo CD takes an environment back to what ran there before, by itself or because somebody asks. By the
// rollback rule that needs no approval; where a policy wants one it is asked for, and the sync goes on as any other.
func TestReturns(t *testing.T) {
	t.Parallel()
	heals := mode{syncPolicy: map[string]any{
		"automated": map[string]any{"selfHeal": true}, "retry": map[string]any{"limit": int64(0)},
	}}
	cases := map[string]struct {
		reason string
		mode   mode
		// turn takes the environment from its first version, and has Argo CD take it back.
		turn   func(rollout, *testing.T)
		policy v1alpha1.RollbackMode
	}{
		"healed": {
			"what somebody lets in besides is healed", heals, rollout.patched, v1alpha1.RollbackAllowEntered,
		},
		"healed-asked": {
			"the policy wants an approval to heal", heals, rollout.patched, v1alpha1.RollbackRequireApproval,
		},
		"rolled-back": {
			"alice rolls back in Argo CD", mode{asks: argoAlice}, rollout.rolledBack, v1alpha1.RollbackAllowEntered,
		},
		"rolled-back-asked": {
			"the policy wants an approval to roll back", mode{asks: argoAlice}, rollout.rolledBack,
			v1alpha1.RollbackRequireApproval,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(tc.reason)
			d := rollout{environment: newEnvironment(t, name), mode: tc.mode}
			d.returnsBy(t, tc.policy)
			first := d.commit(t, "v1")
			d.create(t)
			d.begin(t)
			d.runs(t, first)
			tc.turn(d, t)
			d.returned(t, first, tc.policy == v1alpha1.RollbackRequireApproval)
		})
	}
}

// returnsBy sets the rollback rule of the environment.
func (e environment) returnsBy(t *testing.T, mode v1alpha1.RollbackMode) {
	t.Helper()
	patch := fmt.Sprintf(`{"spec":{"rollback":{"mode":%q}}}`, mode)
	if err := admin(t).Patch(t.Context(), e.policy(), client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// patched lets in a change that comes from no repository.
func (d rollout) patched(t *testing.T) {
	t.Helper()
	const patch = `{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"registry.example.com/web:fix"}]}}}}`
	change := func() error {
		return admin(t).Patch(t.Context(), d.web(), client.RawPatch(types.StrategicMergePatchType, []byte(patch)))
	}
	if err := change(); err == nil {
		t.Fatal("the change was let in at once")
	}
	d.approveAll(t, "")
	if err := change(); err != nil {
		t.Fatal(err)
	}
}

// rolledBack deploys a second version, and asks for the first again.
func (d rollout) rolledBack(t *testing.T) {
	t.Helper()
	second := d.commit(t, "v2")
	d.begin(t)
	d.runs(t, second)
	found, err := get(t.Context(), admin(t), d.application())
	if err != nil {
		t.Fatal(err)
	}
	if err := inArgoCD(t, d.asks).Rollback(t.Context(), d.application(), found.Status.History[0].ID); err != nil {
		t.Fatal(err)
	}
}

// returned waits until the first version runs again, by an approval that is asked for or without any.
func (d rollout) returned(t *testing.T, first string, asked bool) {
	t.Helper()
	want := 2 // for the first version, and for what it returns from
	if asked {
		denied := awaitPhase(t, d.application(), "Failed")
		d.approveAll(t, "")
		awaitGoesOn(t, d.application(), *denied.Status.OperationState)
		want++
	}
	c := admin(t)
	eventually(t, func(ctx context.Context) string {
		web := d.web()
		if err := c.Get(ctx, client.ObjectKeyFromObject(web), web); err != nil {
			return err.Error()
		}
		if image := web.Spec.Template.Spec.Containers[0].Image; image != "registry.example.com/web:v1" {
			return "the first version to run again, not " + image
		}
		return ""
	})
	state := awaitPhase(t, d.application(), "Succeeded").Status.OperationState
	if got := state.SyncResult.joined(); got != first {
		t.Errorf("synced to %s, want %s", got, first)
	}
	began := initiator{Username: d.asks, Automated: d.asks == ""}
	if diff := cmp.Diff(began, state.Operation.InitiatedBy); diff != "" {
		t.Errorf("who began the sync (-want +got):\n%s", diff)
	}
	if got := len(d.requests(t)); got != want {
		t.Errorf("there are %d requests, want %d", got, want)
	}
}

func (d rollout) web() *appsv1.Deployment {
	web := &appsv1.Deployment{}
	web.Namespace, web.Name = d.name, "web"
	return web
}
