// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestSameChangeAtOnce: of many who carry out the same approved change, one does, and the others leave nothing behind.
func TestSameChangeAtOnce(t *testing.T) {
	s := newShop(t, noFreeReturn)
	developer := s.developer(t)
	deploy := making(developer, func() client.Object { return s.deployment("checkout") })
	request := s.turnedAway(t, deploy)
	s.approve(t, request, bob)
	in := atOnce(slices.Repeat([]try{deploy}, 8)...)(t.Context())
	if got := count(in, func(err error) bool { return err == nil }); got != 1 {
		t.Errorf("%d of 8 brought it in: %v", got, in)
	}
	s.await(t, request.Name, v1alpha1.ReasonEntered)
	if all := s.requests(t); len(all) != 1 {
		t.Errorf("something was asked for that nobody needs: %s", describe(all))
	}
}

// TestTwoChangesAtOnce: two approved changes of one object enter one after the other, each once.
func TestTwoChangesAtOnce(t *testing.T) {
	s := newShop(t, noFreeReturn)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
	var requests []v1alpha1.PromotionRequest
	for _, version := range []string{"v2", "v3"} {
		request := s.turnedAway(t, deploying(developer, s.release("checkout", version)))
		s.approve(t, request, bob)
		requests = append(requests, request)
	}
	atOnce(persisting(t, deploying(developer, s.release("checkout", "v2"))),
		persisting(t, deploying(developer, s.release("checkout", "v3"))))(t.Context())
	first := s.await(t, requests[0].Name, v1alpha1.ReasonEntered)
	second := s.await(t, requests[1].Name, v1alpha1.ReasonEntered)
	eventually(t, func(context.Context) string {
		first, second = s.get(t, first.Name), s.get(t, second.Name)
		if (first.Status.Entry.EndTime == nil) == (second.Status.Entry.EndTime == nil) {
			return "one of the two to be in place"
		}
		return ""
	})
	version := latest(t, s.deployment("checkout")).Spec.Template.Spec.Containers[0].Env[0].Value
	if (version == "v2") != (first.Status.Entry.EndTime == nil) {
		t.Errorf("%s is in place, and the requests say otherwise", version)
	}
}

// TestNeverWithoutTwoPeople: approval, application and revocation at the same moment, a hundred times. What is in has
// two people behind it, by the status of its request and by the audit trail; what was revoked before is not in.
func TestNeverWithoutTwoPeople(t *testing.T) {
	s := newShop(t)
	developer, approver, other := s.developer(t), s.manager(t, bob), s.manager(t, carol)
	const rounds, width = 100, 4
	for round := 0; round < rounds; round += width {
		var group sync.WaitGroup
		for i := range width {
			group.Go(func() { s.race(t, fmt.Sprintf("app-%d", round+i), developer, approver, other) })
		}
		group.Wait()
	}
	s.checkTwoPeople(t)
}

// race lets three people meet at one change.
func (s shop) race(t *testing.T, name string, developer, approver, other client.Client) {
	deployment := s.deployment(name)
	deployment.Spec.Replicas = new(int32(0))
	deploy := making(developer, func() client.Object { return clone(deployment) })
	request := s.turnedAway(t, deploy)
	saying := func(c client.Client, decision v1alpha1.ApprovalDecision) try {
		return making(c, func() client.Object { return decide(request, decision) })
	}
	answers := atOnce(
		saying(approver, v1alpha1.DecisionApprove), saying(other, v1alpha1.DecisionRevoke), deploy, deploy,
	)(t.Context())
	if revoked := answers[1] == nil; !revoked {
		return
	}
	stored := &appsv1.Deployment{}
	err := admin(t).Get(t.Context(), client.ObjectKeyFromObject(deployment), stored)
	if err == nil {
		return
	}
	if err := deploy(t.Context()); err == nil {
		t.Errorf("%s entered after its request was revoked", name)
	}
}

// checkTwoPeople holds every Deployment that is there against the requests and the audit trail.
func (s shop) checkTwoPeople(t *testing.T) {
	t.Helper()
	var deployments appsv1.DeploymentList
	if err := admin(t).List(t.Context(), &deployments, client.InNamespace(s.namespace)); err != nil {
		t.Fatal(err)
	}
	trail := events(t)
	for _, deployment := range deployments.Items {
		request := s.request(t, func(r v1alpha1.PromotionRequest) bool {
			return r.Spec.Change.Name == deployment.Name && r.Status.Entry != nil
		})
		if !slices.ContainsFunc(request.Status.Approvals, func(r v1alpha1.ApprovalRecord) bool {
			return r.Decision == v1alpha1.DecisionApprove && r.Approver == bob
		}) {
			t.Errorf("%s is in, and its request names no approver: %+v", deployment.Name, request.Status)
		}
		if !slices.ContainsFunc(trail, func(e audit.Event) bool {
			return e.Type == audit.ApprovalRecorded && e.Request == request.Name && e.Actor.Username == bob
		}) {
			t.Errorf("%s is in, and the audit trail knows of no approval", deployment.Name)
		}
	}
	t.Logf("%d of the changes entered", len(deployments.Items))
}

// atOnce lets several try at the same moment, and says what became of each.
func atOnce(attempts ...try) func(ctx context.Context) []error {
	return func(ctx context.Context) []error {
		answers := make([]error, len(attempts))
		start := make(chan struct{})
		var group sync.WaitGroup
		for i, attempt := range attempts {
			group.Go(func() {
				<-start
				answers[i] = attempt(ctx)
			})
		}
		close(start)
		group.Wait()
		return answers
	}
}

// persisting tries until it goes through.
func persisting(t *testing.T, attempt try) try {
	return func(context.Context) error {
		eventually(t, func(ctx context.Context) string {
			if err := attempt(ctx); err != nil {
				return err.Error()
			}
			return ""
		})
		return nil
	}
}

func count(answers []error, match func(error) bool) (n int) {
	for _, err := range answers {
		if match(err) {
			n++
		}
	}
	return n
}
