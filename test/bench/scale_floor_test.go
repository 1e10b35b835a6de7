// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// floor makes the RoleBindings that the operator makes, and nothing else.
type floor struct {
	client kubernetes.Interface
	calls  atomic.Int64
}

func (f *floor) create(ctx context.Context, roles int, namespaces []string) error {
	return f.each(ctx, roles, namespaces, func(ctx context.Context, b *rbacv1.RoleBinding) error {
		_, err := f.client.RbacV1().RoleBindings(b.Namespace).Create(ctx, b, metav1.CreateOptions{})
		return err
	})
}

// update adds a member to one role.
func (f *floor) update(ctx context.Context, namespaces []string) error {
	return f.each(ctx, 1, namespaces, func(ctx context.Context, b *rbacv1.RoleBinding) error {
		b.Subjects = append(b.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: joiner})
		_, err := f.client.RbacV1().RoleBindings(b.Namespace).Update(ctx, b, metav1.UpdateOptions{})
		return err
	})
}

func (f *floor) remove(ctx context.Context, roles int, namespaces []string) error {
	return f.each(ctx, roles, namespaces, func(ctx context.Context, b *rbacv1.RoleBinding) error {
		return f.client.RbacV1().RoleBindings(b.Namespace).Delete(ctx, b.Name, metav1.DeleteOptions{})
	})
}

// each makes a call for every binding: role by role, capability by capability, like the operator.
func (f *floor) each(
	ctx context.Context, roles int, namespaces []string, call func(context.Context, *rbacv1.RoleBinding) error,
) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(*writers)
	for role := range roles {
		for _, capability := range given {
			for _, namespace := range namespaces {
				group.Go(func() error {
					f.calls.Add(1)
					return call(ctx, binding(namespace, roleName(role), capability))
				})
			}
		}
	}
	return group.Wait()
}

// binding is like that of the operator but for its name and who manages it.
func binding(namespace, role string, capability v1alpha1.Capability) *rbacv1.RoleBinding {
	name := strings.ToLower(string(capability))
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: "floor:" + role + ":" + name,
			Labels:      map[string]string{"app.kubernetes.io/managed-by": "floor", "countersign.dev/role": role},
			Annotations: map[string]string{"countersign.dev/granted-by": "admin", "countersign.dev/role-uid": role},
		},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: role}},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "countersign-" + name},
	}
}

func roleName(n int) string { return fmt.Sprintf("scale-%d", n) }

// newFloor talks to the API server as the operator's client does.
func newFloor(s *scale) (*floor, error) {
	s.login.ContentType, s.login.AcceptContentTypes = runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(s.login)
	return &floor{client: client}, err
}
