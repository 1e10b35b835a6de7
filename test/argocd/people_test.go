// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
	"github.com/countersign-dev/countersign/hack/gitrepo"
)

// The people as the cluster knows them.
const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
	carol = "carol@example.com"
	frank = "frank@example.com"
	// noreply is the address that bob commits with in a browser.
	noreply = "1234+bob@users.noreply.example.com"
)

// The people as Git knows them.
var (
	dave = gitrepo.Person{Name: "Dave", Email: "dave@example.com"}
	erin = gitrepo.Person{Name: "Erin", Email: "erin@example.com"}
)

const (
	// patience is how long a test waits for what must come about.
	patience = time.Minute
	// interval is how often it looks.
	interval = 50 * time.Millisecond
)

// as is a client that acts as a person.
func as(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	return here.as(t, name, groups...)
}

func (s *site) as(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	config, err := s.cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// admin is the cluster administrator, whom RBAC never stops.
func admin(t *testing.T) client.Client { return as(t, "admin", "system:masters") }

// inArgoCD logs in a user of Argo CD.
func inArgoCD(t *testing.T, user string) *argocd.Session {
	t.Helper()
	session, err := here.argo.LogIn(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// eventually waits until the condition holds. The condition says what it still waits for; empty is done.
func eventually(t *testing.T, condition func(ctx context.Context) string) {
	t.Helper()
	waiting := "nothing yet"
	err := wait.PollUntilContextTimeout(t.Context(), interval, patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // what it says in the end is only that time is up
			waiting = now
		}
		return now == "", nil
	})
	if err != nil {
		t.Fatalf("waited %s for: %s", patience, waiting)
	}
}

// namespace makes one in an environment; empty for none.
func namespace(t *testing.T, name, environment string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if environment != "" {
		ns.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	}
	create(t, ns)
}

// create makes an object as the administrator. It goes with the control plane.
func create(t *testing.T, object client.Object) {
	t.Helper()
	if err := admin(t).Create(t.Context(), object); err != nil {
		t.Fatalf("create %T %s: %v", object, object.GetName(), err)
	}
}
