// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// lead writes roles for a team, and is no administrator.
type lead struct {
	client.Client
	name string
}

// newLead is somebody who may write PipelineRoles and has further rights.
func newLead(t *testing.T, name string, rules ...rbacv1.PolicyRule) lead {
	t.Helper()
	rules = append(rules, rbacv1.PolicyRule{
		APIGroups: []string{v1alpha1.GroupName}, Resources: []string{"pipelineroles"},
		Verbs: []string{"create", "get", "update", "patch"},
	})
	user := strings.ToLower(name) + "@example.com"
	create(t, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules})
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	})
	return lead{Client: as(t, user), name: user}
}

// mayIn gives the lead a right in one namespace.
func (l lead) mayIn(t *testing.T, namespace string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: namespace, Name: "lead"}
	create(t, &rbacv1.Role{ObjectMeta: meta, Rules: rules})
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: l.name}},
	})
}

func right(verb, group, resource string, names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}, ResourceNames: names,
	}
}

// TestAuthor: nobody gives through a role what they do not have.
func TestAuthor(t *testing.T) {
	namespace(t, "author-a", "author")
	readMaps := withRules(rule("", "configmaps", "get"))
	bindView := right("bind", rbacv1.GroupName, "clusterroles", "countersign-view")
	approving := func(role *v1alpha1.PipelineRole) {
		role.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityApprove}
	}
	create(t, &v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "author-policy"},
		Spec: v1alpha1.PromotionPolicySpec{Environment: "author", Approvals: []v1alpha1.ApprovalRule{{
			Name: "any", From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"author"}},
		}}},
	})
	approvePolicy := right("approve", v1alpha1.GroupName, "promotionpolicies", "author-policy")
	for name, test := range map[string]struct {
		reason string
		holds  []rbacv1.PolicyRule
		here   []rbacv1.PolicyRule
		role   func(*v1alpha1.PipelineRole)
		says   string
	}{
		"Nothing": {
			reason: "who may write roles has no other right", role: readMaps,
			says: "spec.rules: nothing@example.com may not give rules in namespace author-a, for want of the right to get " +
				"configmaps. Nobody gives through a role what they do not have",
		},
		"Everywhere": {reason: "the right in all namespaces", holds: []rbacv1.PolicyRule{right("get", "", "configmaps")},
			role: readMaps},
		"Here": {reason: "the right in the one namespace it reaches", here: []rbacv1.PolicyRule{right("get", "", "configmaps")},
			role: readMaps},
		"OneName": {
			reason: "the right to one object is not the right to all",
			here:   []rbacv1.PolicyRule{right("get", "", "configmaps", "web")}, role: readMaps,
			says: "for want of the right to get configmaps",
		},
		"OtherVerb": {
			reason: "another verb", here: []rbacv1.PolicyRule{right("list", "", "configmaps")}, role: readMaps,
			says: "for want of the right to get configmaps",
		},
		"Escalate": {reason: "verb escalate", role: readMaps,
			holds: []rbacv1.PolicyRule{right("escalate", v1alpha1.GroupName, "pipelineroles", "author-escalate")}},
		"EscalateOther": {reason: "verb escalate on another role", role: readMaps,
			holds: []rbacv1.PolicyRule{right("escalate", v1alpha1.GroupName, "pipelineroles", "another")},
			says:  "for want of the right"},
		"Capability": {
			reason: "a capability is what it holds", role: func(*v1alpha1.PipelineRole) {},
			says: "spec.capabilities: capability@example.com may not give capability View in namespace author-a",
		},
		"BindCapability": {reason: "verb bind on its ClusterRole", role: func(*v1alpha1.PipelineRole) {},
			holds: []rbacv1.PolicyRule{bindView}},
		"BindCapabilityHere": {reason: "there alone", role: func(*v1alpha1.PipelineRole) {},
			here: []rbacv1.PolicyRule{bindView}},
		"Approve": {
			reason: "the rights of capability Approve do not make one answer for the policy", role: approving,
			holds: []rbacv1.PolicyRule{
				right("create", v1alpha1.GroupName, "approvals"),
				right("bind", rbacv1.GroupName, "clusterroles", "countersign-approve"),
			},
			says: `for want of the right to approve promotionpolicies.countersign.dev "author-policy"`,
		},
		"ApprovePolicy": {reason: "verb approve on the policy", role: approving,
			holds: []rbacv1.PolicyRule{approvePolicy}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLead(t, name, test.holds...)
			if test.here != nil {
				l.mayIn(t, "author-a", test.here...)
			}
			role := newRole("author-"+strings.ToLower(name), test.role)
			role.Spec.Environments = []v1alpha1.EnvironmentName{"author"}
			err := l.Create(t.Context(), role, client.DryRunAll)
			if test.says == "" && err != nil {
				t.Errorf("%s: %v", test.reason, err)
			}
			if test.says != "" {
				mentions(t, test.reason, err, test.says)
			}
		})
	}
}

// TestMembersOnly: verb bind is enough to decide who holds a role, and for nothing else.
func TestMembersOnly(t *testing.T) {
	team := newTeam(t, "members-only")
	namespace(t, "members-only-a", "members-only")
	team.awaitView(t, "members-only-a", alice, true)
	l := newLead(t, "binder", right("bind", v1alpha1.GroupName, "pipelineroles", "members-only"))
	author := team.role.Annotations[v1alpha1.AuthorAnnotation]
	edit(t, l, team.role, func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: bob}}
	})
	team.awaitView(t, "members-only-a", bob, true)
	if got := team.role.Annotations; got[v1alpha1.ChangedByAnnotation] != l.name || got[v1alpha1.AuthorAnnotation] != author {
		t.Errorf("want it changed by %s, with the same author: %v", l.name, got)
	}
	namespace(t, "members-only-b", "members-only")
	team.awaitView(t, "members-only-b", bob, true)

	more := team.role.DeepCopy()
	more.Spec.Capabilities = append(more.Spec.Capabilities, v1alpha1.CapabilityDebug)
	mentions(t, "another capability", l.Patch(t.Context(), more, client.MergeFrom(team.role)), "may not give capability")

	forged := team.role.DeepCopy()
	forged.Annotations[v1alpha1.AuthorAnnotation] = `{"username":"admin","groups":["system:masters"]}`
	if err := l.Patch(t.Context(), forged, client.MergeFrom(team.role)); err != nil {
		t.Fatal(err)
	}
	if forged.Annotations[v1alpha1.AuthorAnnotation] != author {
		t.Errorf("somebody wrote who the author is: %s", forged.Annotations[v1alpha1.AuthorAnnotation])
	}
}

// TestReachGrowsLater: a role that reaches a namespace later gives there only what its author may give there.
func TestReachGrowsLater(t *testing.T) {
	namespace(t, "later-a", "later")
	l := newLead(t, "later-lead")
	l.mayIn(t, "later-a", right("get", "", "configmaps"))
	role := newRole("later", withRules(rule("", "configmaps", "get")))
	if err := l.Create(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	create(t, newRole("later-other"))
	team := team{role: role, all: breakGlass(t)}
	t.Cleanup(func() { cleanUp(t, role) })
	get := access("get", "configmaps")
	team.awaitAccess(t, "later-a", alice, get, true)
	team.awaitConditions(t, granted)

	namespace(t, "later-b", "later")
	team.awaitConditions(t, withheld)
	team.awaitAccess(t, "later-b", alice, get, false)
	team.awaitAccess(t, "later-a", alice, get, true)
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string {
		if len(role.Status.Withheld) != 1 || role.Status.Withheld[0].Namespace != "later-b" ||
			!strings.Contains(role.Status.Withheld[0].Message, "later-lead@example.com may not give rules") {
			return "the status to say what is withheld where, and why"
		}
		return ""
	})

	edit(t, team.all, role, func(role *v1alpha1.PipelineRole) { role.Spec.Rules[0].Verbs = []v1alpha1.Verb{"get", "list"} })
	team.awaitAccess(t, "later-b", alice, get, true)
	team.awaitConditions(t, granted)
}
