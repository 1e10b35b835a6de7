// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestBot: a bot is nobody, so what it asks for needs two people.
func TestBot(t *testing.T) {
	s := newShop(t)
	ci := s.ci(t)
	deploy := deploying(ci, s.deployment("checkout"))
	request := s.turnedAway(t, deploy, "two people must stand behind every entry", "which is not a person")
	s.approve(t, request, bob)
	s.turnedAway(t, deploy, "two people must stand behind every entry")
	s.approve(t, request, carol)
	goesThrough(t, "bob and carol approved", deploy)
	entered := s.await(t, request.Name, v1alpha1.ReasonEntered)
	if want := serviceAccountName(s.bots, "ci"); entered.Spec.Requester.Username != want ||
		entered.Status.Admission.Deployer.Username != want {
		t.Errorf("%s asked and %s applied, want %s", entered.Spec.Requester.Username,
			entered.Status.Admission.Deployer.Username, want)
	}
}

// TestBotCarriesOut: what a person asked for by themselves and another approved, a bot may apply. In whose name only
// the gate asked, has to.
func TestBotCarriesOut(t *testing.T) {
	s := newShop(t)
	asked := s.asking(t, s.deployment("checkout"))
	goesThrough(t, "alice asks", making(s.developer(t), func() client.Object { return asked }))
	s.approve(t, *asked, bob)
	goesThrough(t, "alice asked, bob approved", deploying(s.ci(t), s.deployment("checkout")))
	s.await(t, asked.Name, v1alpha1.ReasonEntered)

	request := s.turnedAway(t, deploying(s.developer(t), s.release("checkout", "v2")))
	s.approve(t, request, bob)
	s.turnedAway(t, deploying(s.ci(t), s.release("checkout", "v2")),
		alice+", in whose name the gate asked, counts by making the change")
	goesThrough(t, "alice makes it, bob approved", deploying(s.developer(t), s.release("checkout", "v2")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestPersonCarriesOut: whoever makes what a bot asked for is a person behind it, and no approver of it.
func TestPersonCarriesOut(t *testing.T) {
	s := newShop(t)
	request := s.turnedAway(t, deploying(s.ci(t), s.deployment("checkout")))
	s.approve(t, request, bob)
	s.turnedAway(t, deploying(as(t, bob, s.managers, s.developers), s.deployment("checkout")),
		bob+" is making the change")
	goesThrough(t, "alice makes it, bob approved", deploying(s.developer(t), s.deployment("checkout")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestBotApproves: whoever is no person approves nothing, whatever RBAC lets them send.
func TestBotApproves(t *testing.T) {
	s := newShop(t)
	request := s.turnedAway(t, deploying(s.developer(t), s.deployment("checkout")))
	create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: s.bots, Name: "other"}})
	for _, name := range []string{"ci", "other"} {
		s.grant(t, serviceAccountName(s.bots, name), "countersign-approve")
		for _, decision := range []v1alpha1.ApprovalDecision{
			v1alpha1.DecisionApprove, v1alpha1.DecisionReject, v1alpha1.DecisionRevoke,
		} {
			t.Run(name+string(decision), func(t *testing.T) {
				denied(t, bot(t, s.bots, name).Create(t.Context(), decide(request, decision)), "is not a person")
			})
		}
	}
}

// TestTrustedController: a controller that the policy lists makes what it is listed for, and nothing else.
func TestTrustedController(t *testing.T) {
	const solver = "registry.example.com/solver"
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.TrustedControllers = []v1alpha1.TrustedController{
			{
				ServiceAccount: v1alpha1.ServiceAccountReference{
					Namespace: string(policy.Spec.Environment) + "-bots",
					Name:      "solver",
				},
				Resources:    []string{"pods"},
				Repositories: []string{solver},
			},
		}
	})
	for _, ns := range []string{s.bots, s.namespace} {
		create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "solver"}})
		s.grant(t, serviceAccountName(ns, "solver"), "edit")
	}
	trusted := bot(t, s.bots, "solver")
	pod := func(images ...string) func() client.Object {
		return func() client.Object {
			pod := s.pod("", "solver-")
			pod.Spec.Containers[0].Image = images[0]
			for _, image := range images[1:] {
				pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: image}}
			}
			return pod
		}
	}
	for name, tc := range map[string]struct {
		reason string
		c      client.Client
		build  func() client.Object
	}{
		"AnotherImage": {"a repository that is not listed", trusted, pod(image)},
		"Prefix":       {"a repository that begins like a listed one", trusted, pod(solver + "-evil:v1")},
		"Below":        {"a repository below a listed one", trusted, pod(solver + "/evil:v1")},
		"Beside":       {"one image of two", trusted, pod(solver+":v1", image)},
		"AnotherKind": {"a resource that is not listed", trusted, func() client.Object {
			return s.deployment("solver")
		}},
		"AnotherNamespace": {"a service account of the same name", bot(t, s.namespace, "solver"), pod(solver + ":v1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			s.refusedForGood(t, making(tc.c, tc.build), "spec.bots of a PipelineRole", "spec.trustedControllers")
		})
	}
	goesThrough(t, "what it is listed for", making(trusted, pod(solver+":v1")))
	awaitEvent(t, "the controller was trusted", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.Verdict == audit.VerdictAllowed && e.Rule == "TrustedController"
	})
	if all := s.requests(t); len(all) != 0 {
		t.Errorf("something was asked for: %s", describe(all))
	}
	s.turnedAway(t, making(s.ci(t), func() client.Object { return s.deployment("solver") }))
}

// grant binds somebody to a ClusterRole in the shop's namespace, past PipelineRoles.
func (s shop) grant(t *testing.T, username, role string) {
	t.Helper()
	grantIn(t, s.namespace, username, role)
}

func grantIn(t *testing.T, namespace, username, role string) {
	t.Helper()
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: role + "-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: username}},
	})
}

func serviceAccountName(namespace, name string) string {
	return "system:serviceaccount:" + namespace + ":" + name
}
