// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package separation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/separation"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(hour int) *metav1.Time { return &metav1.Time{Time: noon.Add(time.Duration(hour) * time.Hour)} }

func user(name string) v1alpha1.Member { return v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: name} }

func group(name string) v1alpha1.Member {
	return v1alpha1.Member{Kind: v1alpha1.MemberGroup, Name: name}
}

func role(name string, members ...v1alpha1.Member) v1alpha1.PipelineRole {
	return v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PipelineRoleSpec{Members: members},
	}
}

func TestOverlaps(t *testing.T) {
	until, from := user("alice"), user("alice")
	until.ExpireTime, from.StartTime = at(1), at(1)
	over := user("alice")
	over.ExpireTime = at(-1)
	begun, evening := user("alice"), user("alice")
	begun.StartTime, evening.StartTime = at(-2), at(2)
	for name, test := range map[string]struct {
		reason      string
		mine, other v1alpha1.PipelineRole
		want        []string
	}{
		"SameUser": {
			"one name",
			role("a", user("alice")), role("b", user("bob"), user("alice")),
			[]string{"User:alice"},
		},
		"OtherSpelling": {
			"another case of it",
			role("a", user("Alice@x.io")), role("b", user("alice@x.io")),
			[]string{"User:Alice@x.io"},
		},
		"SameGroup":     {"one group", role("a", group("ops")), role("b", group("ops")), []string{"Group:ops"}},
		"GroupOfName":   {"a group called as a user is", role("a", group("ops")), role("b", user("ops")), nil},
		"Others":        {"other people", role("a", user("alice")), role("b", user("bob")), nil},
		"OneAfterOther": {"never both at once", role("a", until), role("b", from), nil},
		"Later":         {"both, later", role("a", user("alice")), role("b", from), []string{"User:alice"}},
		"LaterStill":    {"the later of two starts", role("a", evening), role("b", from), []string{"User:alice"}},
		"OtherOver":     {"the other is over", role("a", user("alice")), role("b", over), nil},
		"WereBoth":      {"both, an hour ago", role("a", begun), role("b", over), nil},
		"GroupSpelling": {"groups have no spellings", role("a", group("Ops")), role("b", group("ops")), nil},
		"OtherGroups":   {"other groups", role("a", group("ops")), role("b", group("devs")), nil},
		"SameBot":       {"one service account", withBot("a", "ns", "ci"), withBot("b", "ns", "ci"), []string{bot}},
		"OtherBot":      {"another name", withBot("a", "ns", "ci"), withBot("b", "ns", "cd"), nil},
		"BotElsewhere":  {"another namespace", withBot("a", "ns", "ci"), withBot("b", "other", "ci"), nil},
		"Over":          {"one of them is over", role("a", over), role("b", user("alice")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			mine, other := test.mine, test.other
			if got := subjects(&mine, other); got != nil {
				t.Errorf("%s: the roles do not conflict, and %v overlap", test.reason, got)
			}
			mine.Spec.ConflictsWith = []v1alpha1.RoleName{"b"}
			if diff := cmp.Diff(test.want, subjects(&mine, other)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
			mine.Spec.ConflictsWith, other.Spec.ConflictsWith = nil, []v1alpha1.RoleName{"a"}
			if diff := cmp.Diff(test.want, subjects(&mine, other)); diff != "" {
				t.Errorf("%s, where the other role says so: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}

const bot = "ServiceAccount:ns/ci"

func withBot(role, namespace, name string) v1alpha1.PipelineRole {
	return v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: role}, Spec: v1alpha1.PipelineRoleSpec{
		Bots: []v1alpha1.Bot{{Namespace: namespace, Name: name}},
	}}
}

// TestOverlapsInOrder : by who it is, then by role; but for roles that are going, and for the role itself.
func TestOverlapsInOrder(t *testing.T) {
	mine, going := role("a", user("bob"), user("alice")), role("d", user("alice"))
	mine.Spec.ConflictsWith = []v1alpha1.RoleName{"a", "b", "c", "d"}
	going.DeletionTimestamp = at(0)
	roles := []v1alpha1.PipelineRole{mine, role("c", user("alice")), role("b", user("bob"), user("alice")), going}
	want := []separation.Overlap{
		{Subject: "User:alice", Role: "b"}, {Subject: "User:alice", Role: "c"}, {Subject: "User:bob", Role: "b"},
	}
	if diff := cmp.Diff(want, separation.Overlaps(identity.Mapping{}, &mine, roles, noon)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func subjects(mine *v1alpha1.PipelineRole, other v1alpha1.PipelineRole) []string {
	var names []string
	for _, overlap := range separation.Overlaps(identity.Mapping{}, mine, []v1alpha1.PipelineRole{*mine, other}, noon) {
		names = append(names, overlap.Subject)
	}
	return names
}

func TestOtherHeld(t *testing.T) {
	deployers, approvers := role("deployers", group("devs")), role("approvers", group("managers"), user("carol"))
	deployers.Spec.ConflictsWith = []v1alpha1.RoleName{"approvers"}
	until := group("devs-of-yesterday")
	until.ExpireTime = at(0)
	deployers.Spec.Members = append(deployers.Spec.Members, until)
	going := role("auditors", group("audit"))
	going.DeletionTimestamp, going.Spec.ConflictsWith = at(0), []v1alpha1.RoleName{"approvers"}
	roles := []v1alpha1.PipelineRole{deployers, approvers, going}
	for name, test := range map[string]struct {
		reason string
		user   v1alpha1.UserReference
		want   v1alpha1.RoleName
	}{
		"One": {"in one group", v1alpha1.UserReference{Username: "bob", Groups: []string{"managers"}}, ""},
		"Both": {
			"in both groups",
			v1alpha1.UserReference{Username: "bob", Groups: []string{"managers", "devs"}},
			"deployers",
		},
		"NameAndGroup": {
			"by name and by group",
			v1alpha1.UserReference{Username: "Carol", Groups: []string{"devs"}},
			"deployers",
		},
		"Over": {
			"the other membership is over",
			v1alpha1.UserReference{Username: "carol", Groups: []string{"devs-of-yesterday"}}, "",
		},
		"Going":   {"the other role is going", v1alpha1.UserReference{Username: "carol", Groups: []string{"audit"}}, ""},
		"NotThis": {"in the other alone", v1alpha1.UserReference{Username: "bob", Groups: []string{"devs"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := separation.OtherHeld(identity.Mapping{}, &approvers, roles, test.user, noon); got != test.want {
				t.Errorf("%s: holds %q too, want %q", test.reason, got, test.want)
			}
		})
	}
}
