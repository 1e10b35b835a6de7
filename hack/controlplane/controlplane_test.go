// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/google/go-cmp/cmp"
)

// TestControlPlane takes a control plane through its life: who is who on it, what runs on it, and that it goes.
func TestControlPlane(t *testing.T) {
	cp, err := Start(t.Context(), Options{Nodes: 2, AuditLog: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("Identities", func(t *testing.T) { testIdentities(t, cp) })
	t.Run("Controllers", func(t *testing.T) { testControllers(t, cp) })
	t.Run("Deployment", func(t *testing.T) { testDeployment(t, cp) })
	t.Run("Job", func(t *testing.T) { testJob(t, cp) })
	t.Run("AuditLog", func(t *testing.T) { testAuditLog(t, cp) })
	t.Run("Stop", func(t *testing.T) { testStop(t, cp) })
}

func testIdentities(t *testing.T, cp *ControlPlane) {
	type login func() (*rest.Config, error)
	cases := map[string]struct {
		reason string
		login  login
		want   authenticationv1.UserInfo
	}{
		"Person": {
			reason: "A person has the name and the groups of the client certificate.",
			login:  func() (*rest.Config, error) { return cp.User("alice@example.com", "developers", "on-call") },
			want: authenticationv1.UserInfo{
				Username: "alice@example.com", Groups: []string{"developers", "on-call", "system:authenticated"},
			},
		},
		"Admin": {
			reason: "The administrator is one by its group.",
			login:  cp.Admin,
			want: authenticationv1.UserInfo{
				Username: "admin", Groups: []string{"system:authenticated", "system:masters"},
			},
		},
		"ServiceAccount": {
			reason: "A bot is its service account.",
			login:  func() (*rest.Config, error) { return cp.ServiceAccount(t.Context(), "default", "default") },
			want: authenticationv1.UserInfo{
				Username: "system:serviceaccount:default:default",
				Groups:   []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:default"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			config, err := tc.login()
			if err != nil {
				t.Fatal(err)
			}
			got := whoAmI(t, config)
			got.UID, got.Extra = "", nil
			slices.Sort(got.Groups) // a certificate holds them in no order
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nuser (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// testControllers: that each controller has a service account of its own is what lets a webhook tell them apart.
func testControllers(t *testing.T, cp *ControlPlane) {
	accounts := cp.client.CoreV1().ServiceAccounts(metav1.NamespaceSystem)
	for _, name := range []string{"deployment-controller", "replicaset-controller", "job-controller"} {
		if _, err := accounts.Get(t.Context(), name, metav1.GetOptions{}); err != nil {
			t.Errorf("The controller has no service account: %v", err)
		}
	}
}

func testAuditLog(t *testing.T, cp *ControlPlane) {
	content, err := os.ReadFile(cp.AuditLogFile())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), `"username":"alice@example.com"`) {
		t.Error("The audit log does not name alice, who asked who she is.")
	}
}

func testStop(t *testing.T, cp *ControlPlane) {
	if err := cp.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range cp.processes {
		if p.Running() {
			t.Errorf("%s still runs", p.Name)
		}
	}
	if _, err := os.Stat(cp.options.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("The directory is still there: %v", err)
	}
}

func whoAmI(t *testing.T, config *rest.Config) authenticationv1.UserInfo {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	review, err := client.AuthenticationV1().SelfSubjectReviews().
		Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return review.Status.UserInfo
}

func podTemplate() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}},
		Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "init", Image: "registry.example.com/init:1"}},
			Containers:     []corev1.Container{{Name: "web", Image: "registry.example.com/web:1"}},
		},
	}
}
