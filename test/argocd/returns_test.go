// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/test/cluster"
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
		turn  func(rollout, *testing.T)
		asked bool
	}{
		"healed":            {"what somebody lets in besides is healed", heals, rollout.patched, false},
		"healed-asked":      {"the policy wants an approval to heal", heals, rollout.patched, true},
		"rolled-back":       {"alice rolls back in Argo CD", mode{asks: argoAlice}, rollout.rolledBack, false},
		"rolled-back-asked": {"the policy wants an approval for it", mode{asks: argoAlice}, rollout.rolledBack, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(tc.reason)
			d := rollout{environment: newEnvironment(t, name), mode: tc.mode}
			if tc.asked {
				d.wantsApprovalToReturn(t)
			}
			first := d.commit(t, "v1")
			d.create(t)
			d.begin(t)
			d.runs(t, first)
			tc.turn(d, t)
			d.returns(t, first, tc.asked)
		})
	}
}

// wantsApprovalToReturn takes the rollback rule from the policy of the environment.
func (e environment) wantsApprovalToReturn(t *testing.T) {
	t.Helper()
	patch := fmt.Sprintf(`{"spec":{"rollback":{"mode":%q}}}`, v1alpha1.RollbackRequireApproval)
	merge := client.RawPatch(types.MergePatchType, []byte(patch))
	if err := here.Admin(t).Patch(t.Context(), e.policy(), merge); err != nil {
		t.Fatal(err)
	}
}

// patched lets in a change that comes from no repository.
func (d rollout) patched(t *testing.T) {
	t.Helper()
	const patch = `{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"registry.example.com/web:fix"}]}}}}`
	change := func() error {
		return here.Admin(t).Patch(t.Context(), d.web(), client.RawPatch(types.StrategicMergePatchType, []byte(patch)))
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
	found, err := get(t.Context(), here.Admin(t), d.application())
	if err != nil {
		t.Fatal(err)
	}
	if err := inArgoCD(t, d.asks).Rollback(t.Context(), d.application(), found.Status.History[0].ID); err != nil {
		t.Fatal(err)
	}
}

// returns waits until the first version runs again, by the rollback rule or by an approval that is asked for.
func (d rollout) returns(t *testing.T, first string, asked bool) {
	t.Helper()
	rules := []v1alpha1.EntryRule{v1alpha1.EntryRuleApproved, v1alpha1.EntryRuleApproved, v1alpha1.EntryRuleRollback}
	if asked {
		rules[2] = v1alpha1.EntryRuleApproved
		denied := awaitPhase(t, d.application(), "Failed")
		d.approveAll(t, "")
		awaitGoesOn(t, d.application(), *denied.Status.OperationState)
	}
	d.awaitImage(t, "registry.example.com/web:v1")
	state := awaitPhase(t, d.application(), "Succeeded").Status.OperationState
	if got := state.SyncResult.joined(); got != first {
		t.Errorf("synced to %s, want %s", got, first)
	}
	want := initiator{Username: d.asks, Automated: d.asks == ""}
	if diff := cmp.Diff(want, state.Operation.InitiatedBy); diff != "" {
		t.Errorf("who began the sync (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(rules, d.letInBy(t)); diff != "" {
		t.Errorf("by which rules it was let in (-want +got):\n%s", diff)
	}
}

// letInBy are the rules by which something was let in.
func (e environment) letInBy(t *testing.T) (rules []v1alpha1.EntryRule) {
	t.Helper()
	for _, request := range e.requests(t) {
		if request.Status.Admission != nil {
			rules = append(rules, request.Status.Admission.Rule)
		}
	}
	slices.Sort(rules)
	return rules
}

func (d rollout) web() *appsv1.Deployment {
	web := &appsv1.Deployment{}
	web.Namespace, web.Name = d.name, "web"
	return web
}

func (d rollout) awaitImage(t *testing.T, want string) {
	t.Helper()
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		web := d.web()
		if err := c.Get(ctx, client.ObjectKeyFromObject(web), web); err != nil {
			return err.Error()
		}
		if image := web.Spec.Template.Spec.Containers[0].Image; image != want {
			return want + " to run, not " + image
		}
		return ""
	})
}
