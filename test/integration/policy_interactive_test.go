// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestInteractive: a shell in what runs is free, asked for, or not to be had, as the policy says.
func TestInteractive(t *testing.T) {
	s := newShop(t)
	pod := s.pod("checkout-x", "")
	s.bringIn(t, creating(admin(t), pod))

	s.getsIn(t, "nothing is said, and it is on record", s.shell(t, alice, s.developers))
	awaitEvent(t, "the session", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.Rule == "Interactive" && e.Actor.Username == alice &&
			e.Object.Resource == "pods/exec" && e.Verdict == audit.VerdictAllowed
	})

	s.policyIs(t, interactive(v1alpha1.InteractiveRequireApproval))
	request := s.turnedAway(t, s.shell(t, alice, s.developers), "may not be opened for a session in")
	s.terminalOf(t, bob, s.managers).countersign(t, "approve", request.Name, "-y").
		says(t, 0, alice+" could open sessions (exec) in pods/checkout-x for a time")
	s.getsIn(t, "bob approved it", s.shell(t, alice, s.developers))
	s.getsIn(t, "for a time, not once", s.shell(t, alice, s.developers))
	s.turnedAway(t, s.shell(t, carol, s.developers), "may not be opened for a session")
	if got := s.get(t, request.Name).Status.Entry; got != nil {
		t.Errorf("a session entered: %+v", got)
	}
	forged := request.DeepCopy()
	forged.Name, forged.GenerateName, forged.ResourceVersion = "", "forged-", ""
	forged.Spec.OpenedBy, forged.Spec.Requester = v1alpha1.UserReference{}, v1alpha1.UserReference{}
	denied(t, s.developer(t).Create(t.Context(), forged), "is asked for by trying it")

	s.turnedAway(t, s.proxy(t, "https:web:8443"), "services/https:web:8443 (proxy)",
		"kubectl countersign approve https-web-8443-")

	s.policyIs(t, interactive(v1alpha1.InteractiveDeny))
	s.refusedForGood(t, s.shell(t, alice, s.developers), "lets nobody open sessions")
}

// TestInteractiveEmergency: in an emergency its holder gets in, and somebody else reviews that they did.
func TestInteractiveEmergency(t *testing.T) {
	s := newEmergentShop(t)
	role := s.role(string(s.environment)+"-debuggers", v1alpha1.CapabilityDebug)
	create(t, role)
	s.bringIn(t, creating(admin(t), s.pod("checkout-x", "")))
	s.policyIs(t, interactive(v1alpha1.InteractiveDeny))
	groups := []string{s.commanders(), role.Name}
	s.refusedForGood(t, s.shell(t, commander, groups...), "lets nobody open sessions")
	sam := s.terminalOf(t, commander, s.commanders())
	sam.countersign(t, "emergency", "--for", "10m", "--reason", "INC-2291").says(t, 0)
	s.getsIn(t, "in an emergency", s.shell(t, commander, groups...))
	record := s.request(t, func(r v1alpha1.PromotionRequest) bool {
		return r.Spec.Change.Operation == v1alpha1.OperationConnect && state(r) == v1alpha1.ReasonEntered
	})
	s.reviewed(t, record.Name, "False "+v1alpha1.ReasonReviewPending)
	s.getsIn(t, "and again", s.shell(t, commander, groups...))
	for _, r := range s.requests(t) {
		if r.Spec.Change.Operation == v1alpha1.OperationConnect && r.Name != record.Name {
			t.Errorf("the same session is on record a second time: %s", r.Name)
		}
	}
}

func interactive(mode v1alpha1.InteractiveMode) func(*v1alpha1.PromotionPolicy) {
	return func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Interactive = v1alpha1.Interactive{Mode: mode, SessionSeconds: 3600}
	}
}

// shell is somebody's attempt to run a command in the Pod.
func (s shop) shell(t *testing.T, name string, groups ...string) try {
	t.Helper()
	config, err := cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) error {
		return clients.CoreV1().RESTClient().Post().Namespace(s.namespace).Resource("pods").Name("checkout-x").
			SubResource("exec").VersionedParams(&corev1.PodExecOptions{Command: []string{"sh"}, Stdout: true},
			clientscheme.ParameterCodec).Do(ctx).Error()
	}
}

// proxy is an administrator's attempt to call a Service through the API server.
func (s shop) proxy(t *testing.T, service string) try {
	t.Helper()
	config, err := cluster.User(alice, administrators)
	if err != nil {
		t.Fatal(err)
	}
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) error {
		return clients.CoreV1().RESTClient().Get().Namespace(s.namespace).Resource("services").Name(service).
			SubResource("proxy").Do(ctx).Error()
	}
}

// getsIn : admission lets the session be opened. There is no kubelet to open it.
func (s shop) getsIn(t *testing.T, reason string, attempt try) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		err := attempt(ctx)
		for _, noKubelet := range []string{"does not have a host assigned", "no preferred addresses found"} {
			if err != nil && strings.Contains(err.Error(), noKubelet) {
				return ""
			}
		}
		return fmt.Sprintf("%s, but: %v", reason, err)
	})
}
