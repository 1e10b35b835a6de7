// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const kwok = "kwok"

//go:embed stages.yaml
var stages []byte

func (cp *ControlPlane) kwokArgs() []string {
	return []string{
		"--kubeconfig=" + kubeconfigFile(cp.options.Dir, kwokUser),
		"--config=" + cp.stagesFile(),
		"--manage-all-nodes=true",
		"--node-lease-duration-seconds=40",
	}
}

func (cp *ControlPlane) stagesFile() string { return filepath.Join(cp.options.Dir, "stages.yaml") }

// startNodes starts kwok and makes the nodes that it plays the part of.
func (cp *ControlPlane) startNodes(ctx context.Context) error {
	if cp.options.Nodes == 0 {
		return nil
	}
	if err := cp.grantKwok(ctx); err != nil {
		return err
	}
	if err := os.WriteFile(cp.stagesFile(), stages, 0o600); err != nil {
		return err
	}
	if err := cp.writeLogin(kwokUser); err != nil {
		return err
	}
	if err := cp.run(ctx, kwok, cp.kwokArgs()...); err != nil {
		return err
	}
	return cp.createNodes(ctx)
}

func (cp *ControlPlane) createNodes(ctx context.Context) error {
	for i := range cp.options.Nodes {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
			Name:   fmt.Sprintf("node-%d", i+1),
			Labels: map[string]string{"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"},
		}}
		if _, err := cp.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create node: %w", err)
		}
	}
	return nil
}

// kwokRules are what kubelets may do, but for all nodes at once.
var kwokRules = []rbacv1.PolicyRule{
	{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list", "watch"}},
	{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list", "watch", "patch", "delete"}},
	{APIGroups: []string{""}, Resources: []string{"nodes/status", "pods/status"}, Verbs: []string{"patch"}},
	{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
	{
		APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"},
		Verbs: []string{"get", "list", "watch", "create", "update", "patch"},
	},
}

func (cp *ControlPlane) grantKwok(ctx context.Context) error {
	meta := metav1.ObjectMeta{Name: kwokUser}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: kwokRules}
	if _, err := cp.client.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create role of kwok: %w", err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: kwokUser},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: kwokUser}},
	}
	_, err := cp.client.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{})
	return err
}
