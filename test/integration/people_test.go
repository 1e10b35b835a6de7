// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

const (
	// patience is how long a test waits for what must come about.
	patience = 30 * time.Second
	// interval is how often it looks.
	interval = 25 * time.Millisecond
)

// controlPlane is the one that all tests share.
func controlPlane(t *testing.T) *controlplane.ControlPlane {
	t.Helper()
	return cluster
}

// as is a client that acts as a person.
func as(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	config, err := cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// admin is the cluster administrator, whom RBAC never stops.
func admin(t *testing.T) client.Client { return as(t, "admin", "system:masters") }

// breakGlass may change the installation itself.
func breakGlass(t *testing.T) client.Client {
	t.Helper()
	config, err := operator.Installer(cluster)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// bot is a client that acts as a service account.
func bot(t *testing.T, namespace, name string) client.Client {
	t.Helper()
	config, err := cluster.Bot(t.Context(), namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

func clientFor(t *testing.T, config *rest.Config) client.Client {
	t.Helper()
	config.QPS, config.Burst = -1, -1
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// eventually waits until the condition holds. The condition says what it still waits for; empty is done.
func eventually(t *testing.T, condition func(ctx context.Context) string) {
	t.Helper()
	waiting := "nothing yet"
	err := wait.PollUntilContextTimeout(t.Context(), interval, patience, true, func(ctx context.Context) (bool, error) {
		if missing := condition(ctx); missing == "" || ctx.Err() == nil {
			waiting = missing // what is missing once there is no time left is the time
		}
		return waiting == "", nil
	})
	if err != nil {
		t.Fatalf("waited %s for: %s", patience, waiting)
	}
}

// namespace makes a namespace in an environment of the test's own; empty for none. It is deleted after the test.
func namespace(t *testing.T, name, environment string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if environment != "" {
		ns.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	}
	create(t, ns)
}

// create makes an object as the administrator, and removes it after the test.
func create(t *testing.T, object client.Object) {
	t.Helper()
	c := admin(t)
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatalf("create %T %s: %v", object, object.GetName(), err)
	}
	t.Cleanup(func() { cleanUp(t, object) })
}

// cleanUp deletes an object after the test, policies in force too.
func cleanUp(t *testing.T, object client.Object) {
	t.Helper()
	err := breakGlass(t).Delete(context.WithoutCancel(t.Context()), object)
	if err != nil && !apierrors.IsNotFound(err) {
		t.Errorf("delete %T %s: %v", object, object.GetName(), err)
	}
}
