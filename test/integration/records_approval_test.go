// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// People who may not approve.
const (
	dave = "dave@example.com"
	erin = "erin@example.com"
)

// TestWhoApproves: an approval counts for one person, who has nothing to do with the change and holds a role for it.
func TestWhoApproves(t *testing.T) {
	s := newShop(t)
	request := s.asking(t, s.deployment("checkout"))
	request.Spec.Authors = []v1alpha1.Author{{Name: "Carol <" + carol + ">", Evidence: v1alpha1.AuthorDeclared}}
	goesThrough(t, "alice asks", making(s.developer(t), func() client.Object { return request }))
	past := metav1.NewTime(time.Now().Add(-time.Minute))
	goesThrough(t, "erin was a manager", changing(admin(t), s.role(s.managers), func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = append(
			role.Spec.Members,
			v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: erin, ExpireTime: &past},
		)
	}))
	s.grant(t, dave, "countersign-approve")
	s.grant(t, erin, "countersign-approve")
	for name, tc := range map[string]struct {
		reason   string
		approver client.Client
		edit     func(*v1alpha1.Approval)
		says     string
	}{
		"Requester":     {"who asks", s.manager(t, alice), nil, alice + " asked for the change"},
		"RequesterCase": {"who asks, in another case", s.manager(t, "Alice@Example.com"), nil, "asked for the change"},
		"Author":        {"who wrote it", s.manager(t, carol), nil, "is an author of the change"},
		"Stranger":      {"who holds no role", as(t, dave), nil, "no member of"},
		"Expired":       {"who held one once", as(t, erin), nil, "no member of"},
		"Administrator": {"who may do everything but this", admin(t), nil, "no member of"},
		"Homoglyph":     {"one like bob", s.manager(t, "bоb@example.com"), nil, "could be mistaken for another"},
		"Forged": {"in the name of another", s.manager(t, alice), func(a *v1alpha1.Approval) {
			a.Spec.Approver.Username = bob
		}, "spec.approver"},
		"UID": {"another request of the same name", s.manager(t, bob), func(a *v1alpha1.Approval) {
			a.Spec.Request.UID = "00000000-0000-0000-0000-000000000000"
		}, "another UID or digest"},
		"Digest": {"another change", s.manager(t, bob), func(a *v1alpha1.Approval) {
			a.Spec.Request.Digest = someDigest
		}, "another UID or digest"},
		"NoRequest": {"what nobody asked for", s.manager(t, bob), func(a *v1alpha1.Approval) {
			a.Spec.Request.Name = "checkout"
		}, "there is no request"},
		"Gap": {"a number that is not the next", s.manager(t, bob), func(a *v1alpha1.Approval) {
			a.Name = request.Name + "-d2"
		}, "metadata.name"},
		"FreeName": {"a name by which the gate would not find it", s.manager(t, bob), func(a *v1alpha1.Approval) {
			a.Name = "approval"
		}, "metadata.name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			approval := decide(*request, v1alpha1.DecisionApprove)
			if tc.edit != nil {
				tc.edit(approval)
			}
			denied(t, tc.approver.Create(t.Context(), approval), tc.says)
		})
	}
	if all := s.decisions(t); len(all) != 0 {
		t.Errorf("%d decisions were stored", len(all))
	}
	forged := decide(*request, v1alpha1.DecisionApprove)
	forged.Spec.Approver = v1alpha1.UserReference{Username: bob, UID: "forged", Groups: []string{"more"}}
	goesThrough(t, "bob, whatever he says of himself", making(s.manager(t, bob), func() client.Object { return forged }))
	if got := forged.Spec.Approver; got.UID != "" || len(got.Groups) != 2 {
		t.Errorf("the approval carries what bob said of himself: %+v", got)
	}
	denied(t, s.manager(t, bob).Create(t.Context(), decide(*request, v1alpha1.DecisionApprove)), "already")
}

// TestObjections: a Reject keeps the change out until the same person takes it back; a Revoke ends its request.
func TestObjections(t *testing.T) {
	s := newShop(t)
	deploy := deploying(s.developer(t), s.deployment("checkout"))
	request := s.turnedAway(t, deploy)
	says := func(name string, decision v1alpha1.ApprovalDecision, withdraws string) try {
		return making(s.manager(t, name), func() client.Object {
			approval := decide(request, decision)
			if withdraws != "" {
				approval.Spec.Withdraws = request.Name + withdraws
			}
			return approval
		})
	}
	for _, step := range []struct {
		try  try
		says string
	}{
		{says(carol, v1alpha1.DecisionReject, ""), ""},
		{says(bob, v1alpha1.DecisionApprove, ""), ""},
		{deploy, carol + " rejected it"},
		{says(carol, v1alpha1.DecisionReject, ""), "has said so already"},
		{says(bob, v1alpha1.DecisionWithdraw, "-d1"), "not an Approve, Override or Reject of yours"},
		{says(carol, v1alpha1.DecisionWithdraw, "-d2"), "not an Approve, Override or Reject of yours"},
		{says(carol, v1alpha1.DecisionWithdraw, "-d1"), ""},
		{says(bob, v1alpha1.DecisionWithdraw, "-d2"), ""},
		{deploy, "1 approval"},
		{says(bob, v1alpha1.DecisionApprove, ""), ""},
		{says(carol, v1alpha1.DecisionRevoke, ""), ""},
		{says(carol, v1alpha1.DecisionWithdraw, "-d6"), "not an Approve, Override or Reject of yours"},
		{says(carol, v1alpha1.DecisionApprove, ""), "has ended"},
	} {
		err := step.try(t.Context())
		if step.says != "" {
			denied(t, err, step.says)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	s.await(t, request.Name, v1alpha1.ReasonRevoked)
	if again := s.turnedAway(t, deploy); again.Name != request.Name+"-2" {
		t.Errorf("a revoked change waits for %s", again.Name)
	}
}

// TestNobodyDrownsAnObjection: however often somebody decides, others are heard, before and after.
func TestNobodyDrownsAnObjection(t *testing.T) {
	s := newShop(t)
	deploy := deploying(s.developer(t), s.deployment("checkout"))
	request := s.turnedAway(t, deploy)
	goesThrough(t, "carol rejects", making(s.manager(t, carol), func() client.Object {
		return decide(request, v1alpha1.DecisionReject)
	}))
	// As often as bob is let.
	for range 20 {
		approval := decide(request, v1alpha1.DecisionApprove)
		if err := s.manager(t, bob).Create(t.Context(), approval); err != nil {
			denied(t, err, "which is enough")
			break
		}
		withdraw := decide(request, v1alpha1.DecisionWithdraw)
		withdraw.Spec.Withdraws = approval.Name
		if err := s.manager(t, bob).Create(t.Context(), withdraw); err != nil {
			denied(t, err, "which is enough")
			break
		}
	}
	denied(t, deploy(t.Context()), carol+" rejected it")
	goesThrough(t, "carol revokes", making(s.manager(t, carol), func() client.Object {
		return decide(request, v1alpha1.DecisionRevoke)
	}))
	revoked := s.await(t, request.Name, v1alpha1.ReasonRevoked)
	if got, want := len(revoked.Status.Approvals), len(s.decisions(t)); got != want {
		t.Errorf("the request shows %d decisions, there are %d", got, want)
	}
}

// TestApproveAtOnce: of two who decide at the same moment both are heard, after a retry.
func TestApproveAtOnce(t *testing.T) {
	s := newShop(t)
	deploy := deploying(s.ci(t), s.deployment("checkout"))
	request := s.turnedAway(t, deploy)
	var group sync.WaitGroup
	for _, c := range []client.Client{s.manager(t, bob), s.manager(t, carol)} {
		group.Go(func() {
			eventually(t, func(ctx context.Context) string {
				err := c.Create(ctx, decide(request, v1alpha1.DecisionApprove))
				if apierrors.IsAlreadyExists(err) || apierrors.IsForbidden(err) {
					return err.Error()
				}
				if err != nil {
					t.Error(err)
				}
				return ""
			})
		})
	}
	group.Wait()
	goesThrough(t, "bob and carol approved", deploy)
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestRejectionOutlivesItsRequest: to ask again does not shake a rejection off.
func TestRejectionOutlivesItsRequest(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	rejected := s.turnedAway(t, deploying(developer, s.release("checkout", "v1")))
	goesThrough(t, "carol rejects", making(s.manager(t, carol), func() client.Object {
		return decide(rejected, v1alpha1.DecisionReject)
	}))
	awaitNextSecond(t, rejected)
	s.turnedAway(t, deploying(developer, s.release("checkout", "v2")))
	s.await(t, rejected.Name, v1alpha1.ReasonSuperseded)
	s.refusedForGood(t, deploying(developer, s.release("checkout", "v1")), carol+" rejected it")
	denied(t, developer.Create(t.Context(), s.asking(t, s.release("checkout", "v1"))), carol+" rejected it")
	withdraw := decide(rejected, v1alpha1.DecisionWithdraw)
	withdraw.Spec.Withdraws = rejected.Name + "-d1"
	goesThrough(t, "carol withdraws", making(s.manager(t, carol), func() client.Object { return withdraw }))
	s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
}
