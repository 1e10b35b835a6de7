// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
	tested "github.com/countersign-dev/countersign/test/cluster"
)

const (
	tenant   = "example.com/tenant"
	tenants  = "tenants"
	tenantOf = "alice-of-a-tenant@example.com"
)

// TestAuthorizer: where an authorizer goes by more than names and groups, somebody gives through a role what they hold
// by that, and not what somebody of the same name holds. The operator goes on asking in the same way.
func TestAuthorizer(t *testing.T) {
	c := startAuthorized(t)
	c.CreateNamespace(t, tenants, tenants)
	role := func() *v1alpha1.PipelineRole {
		return &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: tenants}, Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{tenants},
			Rules:        []v1alpha1.Rule{rule("", "configmaps", "get")},
		}}
	}
	other := inTenant(t, c, "other").Create(t.Context(), role())
	mentions(t, "of another tenant", other, "for want of the right to get configmaps")
	written := role()
	if err := inTenant(t, c, "shop").Create(t.Context(), written); err != nil {
		t.Fatal(err)
	}
	c.AwaitReady(t, written)
}

// inTenant logs in the author, of whom the API server is told which tenant they are of.
func inTenant(t *testing.T, c *tested.Cluster, name string) client.Client {
	t.Helper()
	config, err := c.ControlPlane.Admin()
	if err != nil {
		t.Fatal(err)
	}
	config.Impersonate = rest.ImpersonationConfig{UserName: tenantOf, Extra: map[string][]string{tenant: {name}}}
	return tested.Client(t, config)
}

// startAuthorized starts a cluster whose API server asks an authorizer what RBAC does not allow.
func startAuthorized(t *testing.T) *tested.Cluster {
	t.Helper()
	c := &tested.Cluster{}
	t.Cleanup(func() {
		if err := c.Stop(context.WithoutCancel(t.Context()), !t.Failed()); err != nil {
			t.Error(err)
		}
	})
	options := controlplane.Options{Args: map[string][]string{"kube-apiserver": {
		"--authorization-mode=Webhook", "--authorization-webhook-version=v1",
		"--authorization-webhook-config-file=" + startAuthorizer(t),
	}}}
	if err := c.StartControlPlane(t.Context(), "countersign-authorizer", options); err != nil {
		t.Fatal(err)
	}
	if err := c.InstallCountersign(t.Context(), operator.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := c.StartOperator(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// startAuthorizer starts one, and returns the kubeconfig file by which to ask it.
func startAuthorizer(t *testing.T) (kubeconfig string) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review authorizationv1.SubjectAccessReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		review.Status.Allowed = allowedToTenant(review.Spec)
		if err := json.NewEncoder(w).Encode(review); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	config.CAData = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	kubeconfig = filepath.Join(t.TempDir(), "authorizer.kubeconfig")
	if err := controlplane.WriteKubeconfig(kubeconfig, config); err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

// allowedToTenant: the author writes roles, whatever tenant they are of, and those of one read ConfigMaps.
func allowedToTenant(asked authorizationv1.SubjectAccessReviewSpec) bool {
	if asked.User != tenantOf || asked.ResourceAttributes == nil {
		return false
	}
	switch asked.ResourceAttributes.Resource {
	case "pipelineroles":
		return asked.ResourceAttributes.Verb == "create"
	case "configmaps":
		return asked.ResourceAttributes.Verb == "get" && slices.Contains(asked.Extra[tenant], "shop")
	}
	return false
}
