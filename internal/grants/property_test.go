// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

var (
	noon       = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	namespaces = []string{"shop-production", "shop-staging"}
)

// random makes roles, also such as no schema would let in.
type random struct{ *rand.Rand }

func (r random) role() *v1alpha1.PipelineRole {
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: "role", UID: "uid"}}
	for range r.IntN(5) {
		role.Spec.Capabilities = append(role.Spec.Capabilities,
			pick[v1alpha1.Capability](r, "View", "Deploy", "Approve", "Admin", "approve"))
	}
	for range r.IntN(6) {
		role.Spec.Members = append(role.Spec.Members, r.member())
	}
	for range r.IntN(4) {
		role.Spec.Bots = append(role.Spec.Bots, v1alpha1.Bot{Name: pick(r, "ci", "cd"), Namespace: pick(r, "a", "b")})
	}
	return role
}

func (r random) member() v1alpha1.Member {
	member := v1alpha1.Member{
		Kind: pick[v1alpha1.MemberKind](r, "User", "Group", "ServiceAccount", ""),
		Name: pick(r, "alice", "bob", "carol", "", "system:masters", "system:serviceaccount:a:ci"),
	}
	if r.IntN(2) == 0 {
		member.ExpireTime = &metav1.Time{Time: noon.Add(time.Duration(r.IntN(7)-3) * time.Second)}
	}
	return member
}

func pick[T any](r random, choices ...T) T { return choices[r.IntN(len(choices))] }

// forRandomRoles checks a property of many roles, the same ones each time.
func forRandomRoles(t *testing.T, check func(r random, role *v1alpha1.PipelineRole) (broken string)) {
	t.Helper()
	for seed := range uint64(2000) {
		r := random{rand.New(rand.NewPCG(seed, 0))}
		role := r.role()
		if broken := check(r, role.DeepCopy()); broken != "" {
			t.Fatalf("seed %d: %s\n%+v", seed, broken, role.Spec)
		}
	}
}

func bindings(role *v1alpha1.PipelineRole, at time.Time) []*rbacv1.RoleBinding {
	return grants.Bindings(role, grants.HoldersOf(role, role.Spec.Bots, at), namespaces, gated, always)
}

func TestNobodyHoldsWhatTheRoleDoesNotGiveThem(t *testing.T) {
	forRandomRoles(t, func(_ random, role *v1alpha1.PipelineRole) string {
		for _, binding := range bindings(role, noon) {
			for _, subject := range binding.Subjects {
				if subject.Kind != rbacv1.ServiceAccountKind && !isMemberNow(role, subject) {
					return "granted to " + subject.Kind + " " + subject.Name + ", who is no member now"
				}
			}
		}
		return ""
	})
}

func isMemberNow(role *v1alpha1.PipelineRole, subject rbacv1.Subject) bool {
	return slices.ContainsFunc(role.Spec.Members, func(m v1alpha1.Member) bool {
		return string(m.Kind) == subject.Kind && m.Name == subject.Name && (m.ExpireTime == nil || m.ExpireTime.After(noon))
	})
}

func TestABotNeverApproves(t *testing.T) {
	forRandomRoles(t, func(_ random, role *v1alpha1.PipelineRole) string {
		for _, binding := range bindings(role, noon) {
			for _, subject := range binding.Subjects {
				bot := subject.Kind == rbacv1.ServiceAccountKind || strings.HasPrefix(subject.Name, "system:")
				if binding.RoleRef.Name == "countersign-approve" && bot {
					return "a bot may approve: " + subject.Name
				}
			}
		}
		return ""
	})
}

func TestOnlyShippedRolesAreBoundInTheNamespacesGiven(t *testing.T) {
	shipped := []string{"countersign-view", "countersign-deploy", "countersign-deploy-routing", "countersign-approve"}
	forRandomRoles(t, func(_ random, role *v1alpha1.PipelineRole) string {
		for _, binding := range bindings(role, noon) {
			switch {
			case binding.RoleRef.Kind != "ClusterRole" || !slices.Contains(shipped, binding.RoleRef.Name):
				return "bound " + binding.RoleRef.Name
			case !slices.Contains(namespaces, binding.Namespace):
				return "bound in " + binding.Namespace
			case grants.RoleOf(binding.Name) != role.Name:
				return "the name does not lead back to the role: " + binding.Name
			case len(binding.Subjects) == 0:
				return "a binding without subjects"
			case strings.HasPrefix(binding.Subjects[0].Name, "system:"):
				return "granted to " + binding.Subjects[0].Name
			}
		}
		return ""
	})
}

// gated: traffic is gated in one of the namespaces, and somewhere else.
var gated = grants.Gated{v1alpha1.GateRouting: {namespaces[0], "elsewhere"}}

func TestRoutingIsGivenToDeployersWhereItIsGated(t *testing.T) {
	forRandomRoles(t, func(_ random, role *v1alpha1.PipelineRole) string {
		var deploy, routing []string
		for _, binding := range bindings(role, noon) {
			switch {
			case binding.RoleRef.Name == "countersign-deploy" && binding.Namespace == namespaces[0]:
				deploy = append(deploy, binding.Namespace)
			case binding.RoleRef.Name == "countersign-deploy-routing":
				routing = append(routing, binding.Namespace)
			}
		}
		return cmp.Diff(deploy, routing)
	})
}

func TestTheOrderOfListsDoesNotMatter(t *testing.T) {
	forRandomRoles(t, func(r random, role *v1alpha1.PipelineRole) string {
		want := bindings(role, noon)
		spec := &role.Spec
		r.Shuffle(len(spec.Members), func(i, j int) { spec.Members[i], spec.Members[j] = spec.Members[j], spec.Members[i] })
		r.Shuffle(len(spec.Bots), func(i, j int) { spec.Bots[i], spec.Bots[j] = spec.Bots[j], spec.Bots[i] })
		slices.Reverse(spec.Capabilities)
		return cmp.Diff(want, bindings(role, noon))
	})
}

func TestNothingChangesBeforeTheNextChange(t *testing.T) {
	forRandomRoles(t, func(_ random, role *v1alpha1.PipelineRole) string {
		next := grants.NextChange(role, noon)
		if next == nil {
			return cmp.Diff(bindings(role, noon), bindings(role, noon.Add(24*time.Hour)))
		}
		if !next.After(noon) {
			return "the next change is not ahead"
		}
		return cmp.Diff(bindings(role, noon), bindings(role, next.Add(-time.Nanosecond)))
	})
}
