// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package grants_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/grants"
)

// shop is a role with one binding and one account.
func shop() (role *v1alpha1.PipelineRole, binding *rbacv1.RoleBinding, account *corev1.ServiceAccount) {
	role = &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "shop", UID: "uid-of-shop"},
		Spec: v1alpha1.PipelineRoleSpec{
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "alice"}},
			Bots:         []v1alpha1.Bot{{Name: "ci", Namespace: "cicd", Owner: "shop-team"}},
		},
	}
	binding = grants.Bindings(role, grants.HoldersOf(role, role.Spec.Bots, noon), []string{"shop-staging"}, nil, always)[0]
	return role, binding, grants.Account(role, role.Spec.Bots[0], []string{"api"})
}

func TestSameSeesEveryEdit(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(binding *rbacv1.RoleBinding, account *corev1.ServiceAccount)
		// unchanged: neither edit is one.
		unchanged bool
	}{
		"None": {
			reason: "what the API server fills in is no edit", unchanged: true,
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.UID, a.UID, b.ResourceVersion, a.ResourceVersion = "u", "v", "1", "2"
			},
		},
		"Content": {
			reason: "a subject more; a token for every Pod",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: "User", Name: "mallory"})
				a.AutomountServiceAccountToken = nil
			},
		},
		"SubjectChanged": {
			reason: "another subject; a token Secret",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.Subjects[0].Name = "mallory"
				a.Secrets = []corev1.ObjectReference{{Name: "token"}}
			},
		},
		"RoleRef": {
			reason: "another role; an image pull secret",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.RoleRef.Name = "cluster-admin"
				a.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "pull"}}
			},
		},
		"LabelAdded": {
			reason: "metadata comes from the operator alone",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.Labels["x"], a.Labels["x"] = "y", "y"
			},
		},
		"AnnotationRemoved": {
			reason: "who granted it must stay known",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				delete(b.Annotations, grants.RoleUIDAnnotation)
				delete(a.Annotations, grants.OwnerAnnotation)
			},
		},
		"LimitsChanged": {
			reason: "another role; longer tokens",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.Labels[grants.RoleLabel] = "other"
				a.Annotations[grants.MaxTokenSecondsAnnotation] = "86400"
			},
		},
		"Finalizer": {
			reason: "a finalizer keeps a removed grant alive",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.Finalizers, a.Finalizers = []string{"x/y"}, []string{"x/y"}
			},
		},
		"OwnerReference": {
			reason: "an owner that goes would take the grant with it",
			edit: func(b *rbacv1.RoleBinding, a *corev1.ServiceAccount) {
				b.OwnerReferences, a.OwnerReferences = make([]metav1.OwnerReference, 1), make([]metav1.OwnerReference, 1)
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, wantBinding, wantAccount := shop()
			_, binding, account := shop()
			tc.edit(binding, account)
			if got := grants.Same(wantBinding, binding); got != tc.unchanged {
				t.Errorf("binding: %s: same is %t", tc.reason, got)
			}
			if got := grants.Same(wantAccount, account); got != tc.unchanged {
				t.Errorf("account: %s: same is %t", tc.reason, got)
			}
		})
	}
}

func TestReplaceable(t *testing.T) {
	_, wantBinding, wantAccount := shop()
	_, binding, account := shop()
	binding.Subjects = nil
	if !grants.Replaceable(wantBinding, binding) || !grants.Replaceable(wantAccount, account) {
		t.Error("an update can bring subjects and accounts back")
	}
	binding.RoleRef.Name = "cluster-admin"
	if grants.Replaceable(wantBinding, binding) {
		t.Error("an update cannot change a roleRef")
	}
}

func TestWhoseObject(t *testing.T) {
	cases := map[string]struct {
		reason    string
		edit      func(account *corev1.ServiceAccount)
		made      bool
		removable bool
		// this: made for this very role, and not for an earlier one of its name.
		this bool
		// orphan: removable once the role is gone.
		orphan bool
	}{
		"AsMade": {
			reason: "it is what the operator made",
			edit:   func(*corev1.ServiceAccount) {}, made: true, removable: true, this: true, orphan: true,
		},
		"LabelsLost": {
			reason: "without the label nobody can tell it from what somebody else made",
			edit:   func(a *corev1.ServiceAccount) { a.Labels = nil },
		},
		"RoleLabelLost": {
			reason: "the role's UID still tells; but what is not labelled for the role is not deleted",
			edit:   func(a *corev1.ServiceAccount) { delete(a.Labels, grants.RoleLabel) }, made: true, this: true,
		},
		"Foreign": {
			reason: "somebody else made it",
			edit:   func(a *corev1.ServiceAccount) { a.Labels, a.Annotations = nil, nil },
		},
		"ManagedByOther": {
			reason: "somebody else's tool made it",
			edit:   func(a *corev1.ServiceAccount) { a.Labels[grants.ManagedByLabel] = "Helm" },
		},
		"OfAnotherRole": {
			reason: "two roles list one bot: it is the first one's",
			edit: func(a *corev1.ServiceAccount) {
				a.Labels[grants.RoleLabel], a.Annotations[grants.RoleUIDAnnotation] = "billing", "uid-of-billing"
			},
		},
		"OfNoUID": {
			reason: "a role that has no UID yet made nothing",
			edit: func(a *corev1.ServiceAccount) {
				a.Labels[grants.RoleLabel], a.Annotations = "billing", nil
			},
		},
		"RelabelledFromAnotherRole": {
			reason: "a label is edited easily: the other role repairs it, and this one must not delete it meanwhile",
			edit:   func(a *corev1.ServiceAccount) { a.Annotations[grants.RoleUIDAnnotation] = "uid-of-billing" },
			made:   true, orphan: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			role, _, account := shop()
			tc.edit(account)
			if got := grants.Made(account, role); got != tc.made {
				t.Errorf("%s: made is %t", tc.reason, got)
			}
			if got := grants.Removable(account, role); got != tc.removable {
				t.Errorf("%s: removable is %t", tc.reason, got)
			}
			if got := grants.MadeForThis(account, role); got != tc.this {
				t.Errorf("%s: made for this role is %t", tc.reason, got)
			}
			role.UID = ""
			if grants.MadeForThis(account, role) {
				t.Errorf("%s: made for a role without a UID", tc.reason)
			}
			if got := grants.Removable(account, role); got != tc.orphan {
				t.Errorf("%s: removable once the role is gone is %t", tc.reason, got)
			}
		})
	}
}

func TestRoleOf(t *testing.T) {
	cases := map[string]struct {
		reason string
		name   string
		want   string
	}{
		"Generated": {
			reason: "the name leads back", name: grants.BindingName("shop", v1alpha1.CapabilityView), want: "shop",
		},
		"Other":       {reason: "no generated name", name: "admin"},
		"NoRole":      {reason: "no role in it", name: "countersign::view"},
		"Incomplete":  {reason: "no capability in it", name: "countersign:shop"},
		"OtherPrefix": {reason: "no generated name", name: "system:countersign:shop:view"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := grants.RoleOf(tc.name); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

func always(grants.Grant, string) bool { return true }
