// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/bypass"
)

func TestBypass(t *testing.T) {
	eve := rbacv1.Subject{Kind: rbacv1.UserKind, Name: "e\u200bve@example.com"}
	masters := rbacv1.Subject{Kind: rbacv1.GroupKind, Name: "system:masters"}
	robot := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: "cicd", Name: "robot"}
	here := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
	}}
	bot := role("ci")
	bot.Spec.Bots = []v1alpha1.Bot{{Namespace: "cicd", Name: "robot"}}
	policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "production"}}
	policy.Spec.TrustedControllers = []v1alpha1.TrustedController{{
		ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "certs", Name: "solver"},
	}}
	gate := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "countersign-gate"},
		Webhooks:   []admissionregistrationv1.ValidatingWebhook{{Name: "pods.gate.countersign.dev"}},
	}
	sandbox := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "sandbox"}}
	confined := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "confined", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "baseline"},
	}}
	safely := append(guards(bypass.Guards()...), here, sandbox, confined, bot, policy, gate)
	running := bound("sandbox", "running", []rbacv1.Subject{robot}, rbacv1.PolicyRule{
		Verbs: []string{"create"}, APIGroups: []string{"batch"}, Resources: []string{"jobs"},
	})
	gap := here.DeepCopy()
	gap.Labels[v1alpha1.BreakGlassLabel] = "open"
	some := bound("", "some", []rbacv1.Subject{robot, eve},
		rbacv1.PolicyRule{Verbs: []string{"patch"}, APIGroups: []string{""}, Resources: []string{"namespaces"}},
		rbacv1.PolicyRule{Verbs: []string{"impersonate"}, APIGroups: []string{""}, Resources: []string{"groups"},
			ResourceNames: []string{bypass.Group}})
	minting := bound("certs", "minting", []rbacv1.Subject{robot}, rbacv1.PolicyRule{
		Verbs: []string{"create"}, APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"},
	})
	all := bound("", "cluster-admin", []rbacv1.Subject{masters}, rbacv1.PolicyRule{
		Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"},
	})
	for name, test := range map[string]struct {
		objects []client.Object
		args    []string
		list    error
		code    int
	}{
		"Open":    {slices.Concat(safely, some, all, minting, running), nil, nil, exitOK},
		"Guarded": {append(append(safely, some...), all...), []string{"--guarded"}, nil, exitOK},
		"Nobody":  {safely, nil, nil, exitOK},
		"Missing": {append(append(guards(bypass.Guards()[1:]...), gap), some...), nil, nil, exitOK},
		"Hidden": {nil, nil, apierrors.NewForbidden(schema.GroupResource{
			Group: rbacv1.GroupName, Resource: "clusterroles"}, "", nil), exitError},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: test.objects}
			if test.list != nil {
				b.calls.List = knowing(authenticationv1.UserInfo{}, test.list).List
			}
			got := b.run(t, append([]string{"bypass"}, test.args...)...)
			if test.list != nil {
				if got.Code != test.code || got.Out != "" {
					t.Errorf("a list that nobody may read is %+v", got)
				}
				return
			}
			golden(t, "bypass-"+name, got.Out+got.Err)
			if got.Code != test.code {
				t.Errorf("exit code %d", got.Code)
			}
		})
	}
}

// guards of these names, in force.
func guards(names ...string) []client.Object {
	var all []client.Object
	for _, name := range names {
		all = append(all,
			&admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}},
			&admissionregistrationv1.ValidatingAdmissionPolicyBinding{
				ObjectMeta: metav1.ObjectMeta{Name: name},
				Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
					PolicyName: name, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
				},
			})
	}
	return all
}

// bound is a ClusterRole with these rules and what binds the subjects to it, in the namespace if there is one.
func bound(namespace, name string, subjects []rbacv1.Subject, rules ...rbacv1.PolicyRule) []client.Object {
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
	object := metav1.ObjectMeta{Namespace: namespace, Name: name}
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
	if namespace != "" {
		return []client.Object{role, &rbacv1.RoleBinding{ObjectMeta: object, RoleRef: ref, Subjects: subjects}}
	}
	return []client.Object{role, &rbacv1.ClusterRoleBinding{ObjectMeta: object, RoleRef: ref, Subjects: subjects}}
}
