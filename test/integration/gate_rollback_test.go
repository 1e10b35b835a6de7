// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestRollback: what entered by approval may return without a new one, and the return is on record.
func TestRollback(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	first := s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
	second := s.bringIn(t, deploying(developer, s.release("checkout", "v2")))

	goesThrough(t, "v1 was approved and ran", deploying(developer, s.release("checkout", "v1")))
	returned := s.await(t, first.Name+"-2", v1alpha1.ReasonEntered)
	if got := returned.Status.Admission.Rule; got != v1alpha1.EntryRuleRollback {
		t.Errorf("the return is recorded as %s", got)
	}
	if got := condition(returned, v1alpha1.ConditionApproved); got != "False "+v1alpha1.ReasonNotApproved {
		t.Errorf("the return says of its approval: %s", got)
	}
	for _, name := range []string{first.Name, second.Name} {
		s.request(t, func(r v1alpha1.PromotionRequest) bool { return r.Name == name && r.Status.Entry.EndTime != nil })
	}
	goesThrough(t, "and forward again", deploying(developer, s.release("checkout", "v2")))

	revoke := decide(first, v1alpha1.DecisionRevoke)
	if err := s.manager(t, carol).Create(t.Context(), revoke); err != nil {
		t.Fatalf("carol revokes v1: %v", err)
	}
	s.turnedAway(t, deploying(developer, s.release("checkout", "v1")))
	if got := s.await(t, first.Name, v1alpha1.ReasonRevoked); got.Status.Entry == nil {
		t.Error("a revoked request no longer says that its content was in")
	}
}

// TestRollbackByController: the API server's own rollback, asked for by annotation, is judged like any other.
func TestRollbackByController(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.policyIs(t, enforcement(v1alpha1.EnforcementAudit))
	goesThrough(t, "v1 is in without approval", deploying(developer, s.release("checkout", "v1")))
	s.request(t, inState(v1alpha1.ReasonEntered))
	s.policyIs(t, enforcement(v1alpha1.EnforcementEnforce))
	s.bringIn(t, deploying(developer, s.release("checkout", "v2")))

	goesThrough(t, "annotations are free", merging(developer, s.deployment("checkout"), map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{appsv1.DeprecatedRollbackTo: "1"}},
	}))
	awaitEvent(t, "the controller is turned away", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.Verdict == audit.VerdictDenied &&
			e.Actor.Username == "system:serviceaccount:kube-system:deployment-controller" &&
			strings.HasPrefix(strings.Join(e.Reasons, " "), "UnlistedController")
	})
	if got := latest(t, s.deployment("checkout")).Spec.Template.Spec.Containers[0].Env[0].Value; got != "v2" {
		t.Errorf("%s runs: the annotation brought back what nobody approved", got)
	}
}

// TestApprovalIsForOneEntry: where a policy asks for it, content returns by a new request alone, whatever its kind.
func TestApprovalIsForOneEntry(t *testing.T) {
	s := newShop(t, noFreeReturn)
	c := admin(t)
	for name, kind := range s.kinds() {
		if kind.second == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			object := kind.build()
			object.SetName("once-" + strings.ToLower(name))
			s.bringIn(t, func(ctx context.Context) error { return c.Create(ctx, clone(object)) })
			s.bringIn(t, changing(c, object, kind.second))
			again := s.turnedAway(t, changing(c, object, kind.first))
			s.approve(t, again, bob)
			goesThrough(t, "approved anew", changing(c, object, kind.first))
			s.await(t, again.Name, v1alpha1.ReasonEntered)
			s.turnedAway(t, changing(c, object, kind.second))
		})
	}
}
