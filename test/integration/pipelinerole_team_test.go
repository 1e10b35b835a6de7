// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/grants"
)

// team is one PipelineRole and the environment of its own where it holds.
type team struct {
	// role has the name of the environment too.
	role *v1alpha1.PipelineRole
	// all may change everything, also what the guards keep.
	all client.Client
}

// newTeam makes a role that gives alice and the group operators capability View in an environment of the role's name.
func newTeam(t *testing.T, name string, edits ...func(*v1alpha1.PipelineRole)) team {
	t.Helper()
	role := newRole(name, edits...)
	create(t, role)
	return team{role: role, all: breakGlass(t)}
}

// newRole is a role that lets alice and the operators view in an environment of its own.
func newRole(name string, edits ...func(*v1alpha1.PipelineRole)) *v1alpha1.PipelineRole {
	role := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{v1alpha1.EnvironmentName(name)},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members: []v1alpha1.Member{
				{Kind: v1alpha1.MemberUser, Name: alice}, {Kind: v1alpha1.MemberGroup, Name: "operators"},
			},
		},
	}
	for _, edit := range edits {
		edit(role)
	}
	return role
}

// withBot adds one bot to a role.
func withBot(name, namespace string) func(*v1alpha1.PipelineRole) {
	return func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: name, Namespace: namespace, Owner: "shop-team"}}
	}
}

// edit changes an object, again where somebody else was first.
func edit[T client.Object](t *testing.T, c client.Client, object T, change func(T)) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err.Error()
		}
		change(object)
		if err := c.Update(ctx, object); err != nil {
			return err.Error()
		}
		return ""
	})
}

// label sets the environment of a namespace; empty removes it.
func (team team) label(t *testing.T, namespace, environment string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	edit(t, team.all, ns, func(ns *corev1.Namespace) {
		delete(ns.Labels, v1alpha1.EnvironmentLabel)
		if environment != "" {
			ns.Labels[v1alpha1.EnvironmentLabel] = environment
		}
	})
}

// binding is the stored RoleBinding of capability View; empty where there is none.
func (team team) binding(ctx context.Context, namespace string) (*rbacv1.RoleBinding, error) {
	binding := &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: namespace, Name: grants.BindingName(team.role.Name, v1alpha1.CapabilityView)}
	return binding, client.IgnoreNotFound(team.all.Get(ctx, key, binding))
}

// awaitView waits until the API server lets a user view, or no longer lets them.
func (team team) awaitView(t *testing.T, namespace, user string, want bool) {
	t.Helper()
	view := authorizationv1.ResourceAttributes{Group: "apps", Resource: "deployments", Verb: "list"}
	team.awaitAccess(t, namespace, user, view, want)
}

func (team team) awaitAccess(
	t *testing.T, namespace, user string, what authorizationv1.ResourceAttributes, want bool,
) {
	t.Helper()
	what.Namespace = namespace
	eventually(t, func(ctx context.Context) string {
		review := &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: &what},
		}
		if err := team.all.Create(ctx, review); err != nil {
			return err.Error()
		}
		if review.Status.Allowed != want {
			return fmt.Sprintf("may %s %s %s in %s: %t", user, what.Verb, what.Resource, namespace, want)
		}
		return ""
	})
}

// awaitConditions waits until the role says so of its latest generation.
func (team team) awaitConditions(t *testing.T, want string) {
	t.Helper()
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string {
		var got []string
		for _, c := range role.Status.Conditions {
			if c.ObservedGeneration == role.Generation {
				got = append(got, fmt.Sprintf("%s=%s %s", c.Type, c.Status, c.Reason))
			}
		}
		return cmp.Diff(want, strings.Join(got, ", "))
	})
}

// awaitRole waits until the check finds no difference.
func (team team) awaitRole(t *testing.T, check func(*v1alpha1.PipelineRole) (difference string)) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := team.all.Get(ctx, client.ObjectKeyFromObject(team.role), team.role); err != nil {
			return err.Error()
		}
		return check(team.role)
	})
}

func (team team) awaitGone(t *testing.T, object client.Object) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		err := team.all.Get(ctx, client.ObjectKeyFromObject(object), object)
		if err != nil && client.IgnoreNotFound(err) == nil {
			return ""
		}
		return fmt.Sprintf("%T %s to be gone; %v", object, object.GetName(), err)
	})
}

func (team team) assertUntouched(t *testing.T, object client.Object) {
	t.Helper()
	want := object.GetResourceVersion()
	if err := team.all.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Fatal(err)
	}
	if object.GetResourceVersion() != want {
		t.Errorf("%T %s was written", object, object.GetName())
	}
}

// trail is what the audit trail says of the role's grants, one short text per line, sorted.
func (team team) trail() ([]string, error) {
	lines, err := os.ReadFile(manager.AuditLogFile())
	if err != nil {
		return nil, err
	}
	var said []string
	for line := range bytes.Lines(lines) {
		var event audit.Event
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, err
		}
		if event.Role == team.role.Name && strings.HasPrefix(string(event.Type), "Grant") {
			said = append(said, fmt.Sprintf("%s %s %s by %s: %s", event.Type, event.Operation, event.Object.Name,
				event.GrantedBy, strings.Join(event.Subjects, " ")))
		}
	}
	slices.Sort(said)
	return said, nil
}

// access is a right in the core group.
func access(verb, resource string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{Verb: verb, Resource: resource}
}
