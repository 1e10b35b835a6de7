// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// OperatorName is who the operator is to the cluster.
const OperatorName = "system:serviceaccount:countersign-system:countersign-controller-manager"

var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
}

// As is a client that acts as somebody, as a member of groups.
func (c *Cluster) As(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	config, err := c.ControlPlane.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return Client(t, config)
}

// Admin is the cluster administrator, whom RBAC never stops.
func (c *Cluster) Admin(t *testing.T) client.Client { return c.As(t, "admin", "system:masters") }

// Client is one that acts as whoever has logged in.
func Client(t *testing.T, config *rest.Config) client.Client {
	t.Helper()
	made, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Create makes an object as the administrator. It goes with the control plane.
func (c *Cluster) Create(t *testing.T, object client.Object) {
	t.Helper()
	if err := c.Admin(t).Create(t.Context(), object); err != nil {
		t.Fatalf("create %T %s: %v", object, object.GetName(), err)
	}
}

// CreateNamespace makes one in an environment; empty for none.
func (c *Cluster) CreateNamespace(t *testing.T, name, environment string) {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if environment != "" {
		namespace.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	}
	c.Create(t, namespace)
}
