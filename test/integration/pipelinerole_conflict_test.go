// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func withMembers(members ...v1alpha1.Member) func(*v1alpha1.PipelineRole) {
	return func(role *v1alpha1.PipelineRole) { role.Spec.Members = members }
}

func conflicting(roles ...v1alpha1.RoleName) func(*v1alpha1.PipelineRole) {
	return func(role *v1alpha1.PipelineRole) { role.Spec.ConflictsWith = roles }
}

func user(name string) v1alpha1.Member { return v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: name} }

// TestConflict: nobody is made a member of two roles that conflict, whichever of the two says so.
func TestConflict(t *testing.T) {
	newTeam(t, "conflict-deploy", withMembers(user(alice)), conflicting("conflict-approve"))
	soon := metav1.NewTime(time.Now().Add(time.Hour).Truncate(time.Second))
	ends, begins := user(alice), user(alice)
	ends.ExpireTime, begins.StartTime = &soon, &soon
	newTeam(t, "conflict-ends", withMembers(ends), conflicting("conflict-begins"))
	for name, test := range map[string]struct {
		reason string
		role   *v1alpha1.PipelineRole
		says   string
	}{
		"SameUser": {"the other role says so", newRole("conflict-approve", withMembers(user(alice))),
			"spec.conflictsWith: User:alice@example.com is in conflict-deploy too"},
		"OtherCase": {"another spelling of one name", newRole("conflict-approve", withMembers(user("Alice@Example.com"))),
			"is in conflict-deploy too"},
		"OtherUser": {"somebody else", newRole("conflict-approve", withMembers(user(bob))), ""},
		"ThisSays": {
			"this role says so", newRole("conflict-x", withMembers(user(alice)), conflicting("conflict-deploy")), "is in",
		},
		"NoOneSays": {"they do not conflict", newRole("conflict-y", withMembers(user(alice))), ""},
		"After":     {"one ends as the other begins", newRole("conflict-begins", withMembers(begins)), ""},
		"Itself": {
			"a role cannot conflict with itself", newRole("conflict-z", conflicting("conflict-z")), "spec.conflictsWith",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := admin(t).Create(t.Context(), test.role, client.DryRunAll)
			if test.says == "" && err != nil {
				t.Errorf("%s: %v", test.reason, err)
			}
			if test.says != "" {
				mentions(t, test.reason, err, test.says)
			}
		})
	}
}

// TestConflictByGroup: who is in groups of two roles that conflict is found when they are seen, and does not approve.
func TestConflictByGroup(t *testing.T) {
	s := newShop(t)
	role := s.managersRole(t)
	edit(t, breakGlass(t), role, func(role *v1alpha1.PipelineRole) {
		role.Spec.ConflictsWith = []v1alpha1.RoleName{v1alpha1.RoleName(s.developers)}
	})
	request := s.turnedAway(t, deploying(s.developer(t), s.deployment("checkout")))
	both := as(t, carol, s.managers, s.developers)
	denied(t, both.Create(t.Context(), decide(request, v1alpha1.DecisionApprove)), "which conflict: nobody may hold both")

	other := s.turnedAway(t, deploying(both, s.deployment("cart")))
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(role), role); err != nil {
			return err.Error()
		}
		for _, w := range role.Status.Withheld {
			if w.Grant == "User:"+carol && strings.Contains(w.Message, s.developers) {
				return ""
			}
		}
		return "the role to say that " + carol + " holds both, after " + other.Name
	})
	s.approve(t, request, bob)
	if err := both.Create(t.Context(), decide(request, v1alpha1.DecisionReject)); err != nil {
		t.Errorf("who holds both roles is kept from objecting: %v", err)
	}
}

// TestConflictNeedsTheOtherRole: nobody keeps others from approving by naming their role in one of their own.
func TestConflictNeedsTheOtherRole(t *testing.T) {
	newTeam(t, "victims", withMembers(user(bob)))
	l := newLead(t, "mallory")
	role := newRole("mallory-role", withMembers(user(carol)), conflicting("victims"))
	mentions(t, "she has no say in the other role", l.Create(t.Context(), role, client.DryRunAll),
		"spec.conflictsWith: mallory@example.com decides with it who may hold role victims, and needs verb bind on "+
			"pipelineroles.countersign.dev/victims")
	may := newLead(t, "both-leads", right("bind", v1alpha1.GroupName, "pipelineroles", "victims"))
	if err := may.Create(t.Context(), role, client.DryRunAll); err != nil {
		t.Errorf("with verb bind on the other role: %v", err)
	}
}

// TestStartTime: a membership begins at its moment.
func TestStartTime(t *testing.T) {
	start := metav1.NewTime(time.Now().Add(3 * time.Second).Truncate(time.Second))
	later := user(bob)
	later.StartTime = &start
	team := newTeam(t, "start", withMembers(user(alice), later))
	namespace(t, "start-a", "start")
	team.awaitView(t, "start-a", alice, true)
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string {
		if next := role.Status.NextChangeTime; time.Now().Before(start.Time) && !next.Equal(&start) {
			return "the status to say when the next membership begins"
		}
		return ""
	})
	team.awaitView(t, "start-a", bob, true)
	switch late := time.Since(start.Time); {
	case late < 0:
		t.Errorf("the membership began %v early", -late)
	case late > 5*time.Second:
		t.Errorf("the membership began %v late", late)
	}
}
