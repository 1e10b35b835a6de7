// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/argocd"
)

// environment is a gated one, with a project of Argo CD that deploys to it as a bot of its own.
type environment struct{ name string }

func (e environment) managers() string { return e.name + "-managers" }
func (e environment) bots() string     { return e.name + "-bots" }

// account is the bot that Argo CD deploys as.
func (e environment) account() string { return "system:serviceaccount:" + e.bots() + ":argocd" }

// newEnvironment makes one, and its one namespace of the same name.
func newEnvironment(t *testing.T, name string) environment {
	t.Helper()
	e := environment{name: name}
	here.CreateNamespace(t, e.bots(), "")
	managers := e.role(e.managers(), v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityApprove)
	managers.Spec.Members = []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: e.managers()}}
	here.Create(t, managers)
	deployer := e.role(name+"-argocd", v1alpha1.CapabilityView, v1alpha1.CapabilityRequest, v1alpha1.CapabilityDeploy)
	deployer.Spec.Bots = []v1alpha1.Bot{{Name: "argocd", Namespace: e.bots(), Owner: "shop-team"}}
	here.Create(t, deployer)
	here.Create(t, e.policy())
	here.CreateNamespace(t, name, name)
	here.Create(t, project(name, e.bots()+":argocd"))
	e.letServerAct(t)
	e.awaitReady(t, managers, deployer)
	return e
}

// letServerAct lets Argo CD's API server be the bot, as the quickstart says: it asks as the bot which kinds there are
// to render for.
func (e environment) letServerAct(t *testing.T) {
	t.Helper()
	const name = "argocd-impersonates"
	meta := metav1.ObjectMeta{Namespace: e.bots(), Name: name}
	here.Create(t, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: []string{"serviceaccounts"}, ResourceNames: []string{"argocd"},
		Verbs: []string{"impersonate"},
	}}})
	here.Create(t, &rbacv1.RoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "argocd-server", Namespace: argocd.Namespace}},
	})
}

func (e environment) role(name string, capabilities ...v1alpha1.Capability) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{v1alpha1.EnvironmentName(e.name)}, Capabilities: capabilities,
		},
	}
}

func (e environment) policy() *v1alpha1.PromotionPolicy {
	return &v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: e.name},
		Spec: v1alpha1.PromotionPolicySpec{
			Environment: v1alpha1.EnvironmentName(e.name),
			Approvals: []v1alpha1.ApprovalRule{{
				Name: "release", Count: 1,
				From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{v1alpha1.RoleName(e.managers())}},
			}},
		},
	}
}

// project lets Argo CD deploy to the namespace of the same name, as a service account; empty for Argo CD's own.
func project(namespace, account string) client.Object {
	return projectNamed(namespace, namespace, account)
}

func projectNamed(name, namespace, account string) client.Object {
	return argoObject("AppProject", name, projectSpec(namespace, account))
}

func projectSpec(namespace, account string) map[string]any {
	destination := map[string]any{"server": inCluster, "namespace": namespace}
	spec := map[string]any{
		"sourceRepos":      []any{"file://" + here.Dir + "/repositories/*"},
		"destinations":     []any{destination},
		"sourceNamespaces": []any{"apps-" + namespace},
	}
	if account != "" {
		spec["destinationServiceAccounts"] = []any{
			map[string]any{"server": inCluster, "namespace": namespace, "defaultServiceAccount": account},
		}
	}
	return spec
}

// awaitReady waits until roles and policy are in force.
func (e environment) awaitReady(t *testing.T, roles ...client.Object) {
	t.Helper()
	here.AwaitReady(t, append(roles, e.policy())...)
}
